// The browser half of the measurements of chapter 6: every frame was made in Python,
// and this shows the one that the widget asks for.
export default ({frames, widget, line, sources, spans, passage}) => {
  const at = widget.active ?? widget.categories.indexOf(widget.value)
  const frame = frames[at]
  if (!frame) return
  sources.forEach((source, i) => { source.data = frame.data[i] })
  spans.forEach((span, i) => { span.location = frame.spans[i] })
  if (passage) passage.text = frame.passage
  line.text = frame.line
}
