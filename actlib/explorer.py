"""The interactive figure: sliders that redraw the curves of an activation function."""

from ipywidgets import HTML, FloatSlider, VBox

from .activation import require_activation
from .figures import html_image, plot


class Explorer(VBox):
    """Sliders for the parameters of an activation function, above the figure that they redraw."""

    def __init__(self, activation, **initial):
        require_activation(activation)
        values = activation.values_of(initial)
        self.activation, self.picture = activation, HTML()
        self.sliders = {
            p.name: FloatSlider(
                values[p.name], min=p.low, max=p.high, step=p.step, description=p.meaning or p.name
            )
            for p in activation.parameters.values()
        }
        for slider in self.sliders.values():
            slider.observe(self.redraw, "value")
        self.redraw()
        super().__init__([*self.sliders.values(), self.picture])

    def redraw(self, change=None):
        values = {name: slider.value for name, slider in self.sliders.items()}
        figure = plot(self.activation, **values)
        self.picture.value = html_image(figure, figure.get_label())

    def __repr__(self):
        return f"Explorer of {self.activation.name}"

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        return bundle | {"text/plain": repr(self), "text/html": self.picture.value}


def explore(activation, **initial):
    """Return a widget with a slider for each parameter of `activation` and its figure."""
    return Explorer(activation, **initial)
