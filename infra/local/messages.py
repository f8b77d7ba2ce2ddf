"""The translations as a program: compiled where they are stale."""

from infra.quality.messages import compile_all

if __name__ == "__main__":
    compile_all()
