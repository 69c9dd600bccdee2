"""The public's side: services with their standard and the figures that tell how they are met."""
