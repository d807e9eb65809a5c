"""What tests look for in a figure."""

from bokeh.models import ColumnDataSource, CustomJS


def one(figure, kind, **where):
    """The only model of a kind."""
    (found,) = figure.layout.select({"type": kind, **where})
    return found


def with_column(figure, *names):
    """The data that hold columns of these names."""
    sources = figure.layout.select({"type": ColumnDataSource})
    (found,) = [s for s in sources if all(name in s.data for name in names)]
    return found


def frames(figure, model):
    """The frames of a model that follows widgets, nested by their names."""
    (found,) = [
        table
        for callback in figure.layout.references()
        if isinstance(callback, CustomJS) and "widgets" in callback.args
        for target, table in callback.args["shown"]
        if target is model
    ]
    return found
