"""What all tests share."""

from hypothesis import Phase, settings

settings.register_profile("house", deadline=None, max_examples=50)
# The same few examples each time, and none made smaller: `make mutants` wants to know which test
# fails, not the smallest example.
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=30,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("house")
