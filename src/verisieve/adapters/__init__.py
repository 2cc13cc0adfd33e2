"""Data-set adapters: a TOML file each, the readers of file formats, and the named transforms they may use."""
