"""Checks that vit and huggingface_hub share one cache: what either wrote, the other finds.

Usage: check_hub.py PATH-OF-VIT
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from hub_server import COMMIT, Model, Server

NAME = "owner/tiny-vit"
PATTERNS = ["config.json", "preprocessor_config.json", "model.safetensors"]


def make_model(folder: pathlib.Path):
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "vit", "architectures": ["ViTModel"]}\n')
    (folder / "preprocessor_config.json").write_text("{}\n")
    (folder / "README.md").write_text("# A model\n")
    (folder / "model.safetensors").write_bytes(bytes(i * 2654435761 >> 13 & 255 for i in range(2_000_000)))


def tree(cache: pathlib.Path) -> dict[str, str]:
    """Every file and link below the model's folder, with its content's size or what it leads to."""
    root = cache / "models--owner--tiny-vit"
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(root))] = "-> " + os.readlink(path)
        elif path.is_file():
            found[str(path.relative_to(root))] = path.read_text() if "refs" in path.parts else str(path.stat().st_size)
    # What huggingface_hub alone keeps: listings of whole repositories.
    return {name: value for name, value in found.items() if not name.startswith("trees/")}


def main():
    vit = sys.argv[1]
    checks = 0

    def check(what: str, holds: bool, detail=""):
        nonlocal checks
        checks += 1
        print(f"{'ok' if holds else 'FAILED'}: {what}{'' if holds else f' ({detail})'}")
        if not holds:
            sys.exit(1)

    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        make_model(scratch / "model")
        server = Server(Model(NAME, scratch / "model"))

        def environment(cache: pathlib.Path, offline: bool = False) -> dict[str, str]:
            return {
                "PATH": os.environ["PATH"], "HOME": str(scratch / "home"), "HF_HUB_CACHE": str(cache),
                "HF_ENDPOINT": server.endpoint, "HF_TOKEN": "hf_secret", "HF_HUB_OFFLINE": "1" if offline else "0",
                "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
            }

        def run_vit(cache, *arguments, offline=False):
            return subprocess.run([vit, *arguments], env=environment(cache, offline), capture_output=True, text=True)

        def run_python(cache, code, offline=False):
            return subprocess.run(
                [sys.executable, "-c", code], env=environment(cache, offline), capture_output=True, text=True)

        download = f"""
from huggingface_hub import snapshot_download, hf_hub_download
print(snapshot_download({NAME!r}, allow_patterns={PATTERNS!r}))"""
        find = f"""
from huggingface_hub import try_to_load_from_cache, scan_cache_dir, hf_hub_download
for name in {PATTERNS!r}: print(try_to_load_from_cache({NAME!r}, name))
print(hf_hub_download({NAME!r}, "model.safetensors"))
info = scan_cache_dir()
assert not info.warnings, info.warnings
print([repo.repo_id for repo in info.repos], [sorted(r.refs) for repo in info.repos for r in repo.revisions])"""

        by_vit, by_python = scratch / "by-vit", scratch / "by-python"
        wrote = run_vit(by_vit, "download", NAME)
        snapshot = str(by_vit / "models--owner--tiny-vit" / "snapshots" / COMMIT)
        check("vit downloads", wrote.returncode == 0 and wrote.stdout.strip() == snapshot, wrote)
        check(
            "the token stays with the Hub",
            all((authorization is None) == is_content for _, _, authorization, is_content in server.log), server.log)

        found = run_python(by_vit, find, offline=True)
        expected = [f"{snapshot}/{name}" for name in [*PATTERNS, "model.safetensors"]]
        check("offline, huggingface_hub finds what vit wrote", found.stdout.splitlines()[:4] == expected, found)
        check(
            "and its scan of the cache knows model and revision",
            found.returncode == 0 and found.stdout.splitlines()[4] == f"['{NAME}'] [['main']]", found)
        before = len(server.log)
        again = run_python(by_vit, download)
        gets = [entry for entry in server.log[before:] if entry[3] or "/resolve/" in entry[1] and entry[0] == "GET"]
        check("online, huggingface_hub downloads no file again", again.returncode == 0 and not gets, (again, gets))

        wrote = run_python(by_python, download)
        check("huggingface_hub downloads", wrote.returncode == 0, wrote)
        before = len(server.log)
        listed = run_vit(by_python, "models", "--format", "json", offline=True)
        models = json.loads(listed.stdout)
        check(
            "vit lists what huggingface_hub wrote",
            [(m["model"], m["revisions"], m["commit"], m["complete"]) for m in models]
            == [(NAME, ["main"], COMMIT, True)], listed)
        offline = run_vit(by_python, "download", "--offline", NAME)
        check(
            "offline, vit finds what huggingface_hub wrote",
            offline.stdout.strip().endswith(f"models--owner--tiny-vit/snapshots/{COMMIT}") and len(server.log) == before,
            offline)
        again = run_vit(by_python, "download", NAME)
        gets = [entry for entry in server.log[before:] if "/resolve/" in entry[1] or entry[3]]
        check("online, vit downloads no file again", again.returncode == 0 and not gets, (again, gets))

        check("both caches hold the same", tree(by_vit) == tree(by_python), (tree(by_vit), tree(by_python)))

        partial = scratch / "partial"
        wrote = run_python(
            partial, f"from huggingface_hub import hf_hub_download; hf_hub_download({NAME!r}, 'config.json')")
        check("huggingface_hub downloads one file", wrote.returncode == 0, wrote)
        listed = json.loads(run_vit(partial, "models", "--format", "json").stdout)
        check("vit sees that the model is not whole", [m["complete"] for m in listed] == [False], listed)
        before = len(server.log)
        rest = run_vit(partial, "inspect", NAME)
        fetched = {entry[1].rsplit("/", 1)[1] for entry in server.log[before:] if "/resolve/" in entry[1]}
        check(
            "a verb that needs the model fetches what is missing and no more",
            fetched == {"preprocessor_config.json", "model.safetensors"}, (rest, fetched))
        check("and the cache then holds the same", tree(partial) == tree(by_vit), tree(partial))
        server.close()
    print(f"{checks} passed, 0 failed")


main()
