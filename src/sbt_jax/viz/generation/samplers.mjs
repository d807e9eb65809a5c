// A tap on a dot chooses its setting.
export default ({source, setting}) => {
  const [at] = source.selected.indices
  if (at === undefined) return
  source.selected.indices = []
  setting.value = source.data.name[at]
}
