// A tap on a node takes it out.
export default ({source, pick}) => {
  const [at] = source.selected.indices
  if (at === undefined) return
  source.selected.indices = []
  pick.value = pick.options[at]
}
