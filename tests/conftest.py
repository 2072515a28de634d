"""What holds for all tests."""

from __future__ import annotations

import hypothesis

# no test asserts a time: a processor that is shared with others is slow now and then
hypothesis.settings.register_profile("neurona", deadline=None)
hypothesis.settings.load_profile("neurona")
