"""Makes models/demo/questions, which evaluate.ts asks, with the training's heldout.py.

    PYTHONPATH=models/demo/training python models/demo/make_questions.py models/demo/questions 16

Textures take the place of photographs, so that the project contains only pictures that it made.
"""

import heldout
from synthetic import photos

photos.photographs = list

if __name__ == "__main__":
    heldout.main()
