"""Figures of chapter 2."""
from bokeh.layouts import column
from bokeh.models import Slider, TextAreaInput, RadioButtonGroup, Select, Button
from . import kit
def text_in_tokens(tokenizer, text):
    line = kit.line("first frame <b>x</b>")
    p = kit.axes(x_range=["a","b"], y_axis_label="count")
    p.vbar(["a","b"], top=[1,2], width=.8, color=kit.ACCENT)
    return kit.Embed(column(TextAreaInput(title="Your text", value=text), Slider(title="merges", start=0,end=2000,value=2000), RadioButtonGroup(labels=["one","two"], active=0), Select(title="word", options=["a","b"], value="a"), Button(label="go"), kit.chips([("a<b>","1"),(" the","278")]), p, line, sizing_mode="stretch_width"), alt="x", line=line)
