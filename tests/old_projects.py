"""Projects as older versions of the tool made them: kept as their record, which holds the whole tree."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

RECORDS = Path(__file__).with_name("releases")


@dataclass(frozen=True)
class Release:
    """One golden project of one version."""

    version: str
    name: str

    def __str__(self) -> str:
        return f"{self.version}-{self.name}"


RELEASES = tuple(Release(folder.parent.name, folder.name) for folder in sorted(RECORDS.glob("*/*")))


def unpacked(release: Release, parent: Path) -> Path:
    """The project on disk, as that version left it, in a new directory below the parent."""
    record, root = RECORDS / release.version / release.name, parent / release.name
    with zipfile.ZipFile(record / "base.zip") as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, root))
            path.chmod(entry.external_attr >> 16)
    shutil.copytree(record, root / ".celery-scaffold")
    return root
