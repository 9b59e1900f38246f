// GPIO edges through libgpiod 1.6.
