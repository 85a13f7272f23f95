"""Where secrets come from: environment, ansible-vault file, a program. Values stay in memory and out of every text."""

from campusctl.secrets.command import CommandSource
from campusctl.secrets.config import CONFIG_FILE, SecretsFile, load_config
from campusctl.secrets.environment import EnvSource, variable
from campusctl.secrets.password import PASSWORD_FILE, vault_password
from campusctl.secrets.source import REF, Source
from campusctl.secrets.sources import SOURCES, ChainSource, Origin, workspace_source
from campusctl.secrets.vault import VaultSource
from campusctl.secrets.vault_text import VAULT_FILE

__all__ = [
    "CONFIG_FILE", "PASSWORD_FILE", "REF", "SOURCES", "VAULT_FILE", "ChainSource", "CommandSource", "EnvSource",
    "Origin", "SecretsFile", "Source", "VaultSource", "load_config", "variable", "vault_password", "workspace_source",
]  # fmt: skip
