// Shows what Python made for the choices of some widgets; see frames.py.
export default ({widgets, shown}) => {
  const chosen = widgets.map((one) => one.labels?.[one.active] ?? String(one.value))
  for (const [target, frames] of shown) {
    const frame = chosen.reduce((found, name) => found?.[name], frames)
    if (!frame) continue
    const {data} = frame
    target.setv(data ? {...frame, data: {...target.data, ...data}} : frame)
  }
}
