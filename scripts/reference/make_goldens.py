"""Makes every golden under Tests/Data/goldens; `scripts/reference/make-goldens` runs it.

    make_goldens.py [image] [clip]
"""

import sys

areas = sys.argv[1:] or ["image", "clip"]
if "image" in areas:
    from image_goldens import image_goldens

    image_goldens()
if "clip" in areas:
    from clip_goldens import clip_goldens

    clip_goldens()
