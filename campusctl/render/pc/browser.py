"""Browser policies: Firefox's policies.json and Chromium's managed policies, written by a JSON encoder."""

from typing import Any

from campusctl.model.inventory import Settings
from campusctl.model.pc import PcSettings
from campusctl.model.pc_parts import Browser
from campusctl.model.pc_paths import CHROMIUM, FIREFOX
from campusctl.render.pc.document import Fragment, Text, file, joined
from campusctl.render.pc.net import json_text


def browser(settings: Settings, _: Text) -> Fragment:
    """The policies of each browser that is listed, if there are any."""
    wanted = browser_policies(settings.pc)
    firefox = json_text({"policies": wanted["firefox"]}) + "\n" if "firefox" in wanted else None
    chromium = json_text(wanted["chromium"]) + "\n" if "chromium" in wanted else None
    return joined(file(FIREFOX, firefox), file(CHROMIUM, chromium))


def browser_policies(pc: PcSettings) -> dict[str, dict[str, Any]]:
    """The policies of each browser that is listed and has any, by the names that its maker gives them."""
    said = _for_mode(pc)
    made = {"firefox": _firefox(said, pc), "chromium": _chromium(said, pc)}
    return {name: policies for name, policies in made.items() if name in said.browsers and policies}


def _for_mode(pc: PcSettings) -> Browser:
    """In an exam and in a kiosk only what is named opens."""
    if pc.mode == "exam":
        return pc.browser.model_copy(update={"blocked": ("*",), "allowed": pc.exam.allowed, "private_mode": False})
    if pc.mode == "kiosk" and pc.kiosk.url:
        host = pc.kiosk.url.partition("://")[2].partition("/")[0]
        changed = {"blocked": ("*",), "allowed": (host, *pc.browser.allowed), "homepage": pc.kiosk.url}
        return pc.browser.model_copy(update=changed)
    return pc.browser


def _firefox(said: Browser, pc: PcSettings) -> dict[str, Any]:
    """Source: Mozilla's policy templates for Firefox ESR 128."""
    found: dict[str, Any] = {}
    if said.homepage:
        found["Homepage"] = {"URL": said.homepage, "Locked": True, "StartPage": "homepage"}
    if said.blocked:
        found["WebsiteFilter"] = {
            "Block": [_firefox_pattern(item) for item in said.blocked],
            "Exceptions": [_firefox_pattern(item) for item in said.allowed],
        }
    marks = [{"Title": title, "URL": url, "Placement": "toolbar"} for title, url in said.bookmarks.items() if url]
    if marks:
        found["Bookmarks"] = marks
    if said.private_mode is not None:
        found["DisablePrivateBrowsing"] = not said.private_mode
    if said.passwords is not None:
        found["PasswordManagerEnabled"] = found["OfferToSaveLogins"] = said.passwords
    if said.telemetry is not None:
        found["DisableTelemetry"] = found["DisableFirefoxStudies"] = not said.telemetry
    return {**found, **_firefox_proxy(pc), **said.firefox}


def _firefox_pattern(pattern: str) -> str:
    """A match pattern: `*.example` is `*://*.example/*`."""
    if pattern == "*":
        return "<all_urls>"
    scheme, mark, rest = pattern.partition("://")
    host, slash, path = (rest if mark else pattern).partition("/")
    return f"{scheme if mark else '*'}://{host}/{path if slash and path else '*'}"


def _firefox_proxy(pc: PcSettings) -> dict[str, Any]:
    proxy = pc.proxy
    if proxy.pac:
        return {"Proxy": {"Mode": "autoConfig", "AutoConfigURL": proxy.pac, "Locked": True}}
    if not proxy.http:
        return {}
    manual = {"Mode": "manual", "HTTPProxy": proxy.http, "SSLProxy": proxy.https or proxy.http, "Locked": True}
    return {"Proxy": {**manual, "Passthrough": ", ".join(proxy.no_proxy)}}


def _chromium(said: Browser, pc: PcSettings) -> dict[str, Any]:
    """Source: Chrome Enterprise policy list."""
    found: dict[str, Any] = {}
    if said.homepage:
        found |= {"HomepageLocation": said.homepage, "HomepageIsNewTabPage": False, "RestoreOnStartup": 4}
        found["RestoreOnStartupURLs"] = [said.homepage]
    if said.blocked:
        found |= {"URLBlocklist": list(said.blocked), "URLAllowlist": [_bare(item) for item in said.allowed]}
    marks = [{"name": title, "url": url} for title, url in said.bookmarks.items() if url]
    if marks:
        found |= {"ManagedBookmarks": marks, "BookmarkBarEnabled": True}
    if said.private_mode is not None:
        found["IncognitoModeAvailability"] = 0 if said.private_mode else 1
    if said.passwords is not None:
        found["PasswordManagerEnabled"] = said.passwords
    if said.telemetry is not None:
        found["MetricsReportingEnabled"] = said.telemetry
    return {**found, **_chromium_proxy(pc), **said.chromium}


def _bare(pattern: str) -> str:
    """Chromium's filter of a host holds for its subdomains too, and knows no `*.`."""
    return pattern.removeprefix("*.")


def _chromium_proxy(pc: PcSettings) -> dict[str, Any]:
    proxy = pc.proxy
    if proxy.pac:
        return {"ProxySettings": {"ProxyMode": "pac_script", "ProxyPacUrl": proxy.pac}}
    if not proxy.http:
        return {}
    servers = f"http={proxy.http};https={proxy.https or proxy.http}"
    bypass = ",".join(proxy.no_proxy)
    return {"ProxySettings": {"ProxyMode": "fixed_servers", "ProxyServer": servers, "ProxyBypassList": bypass}}
