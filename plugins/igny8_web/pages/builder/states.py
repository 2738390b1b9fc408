"""Websites, their pages, builds and versions as people see them: an icon, a word, a colour."""

from __future__ import annotations

from collections.abc import Mapping

from igny8_lib.models import (
    BlueprintHosting,
    BlueprintStatus,
    BuildStatus,
    BuildStepStatus,
    PageType,
    SitePageStatus,
    SiteVersionStatus,
)
from igny8_web.pages.states import CANCELLED, COMPLETED, FAILED, RUNNING, SKIPPED, WAITING, State

WEBSITES: Mapping[BlueprintStatus, State] = {
    BlueprintStatus.DRAFT: State("wait", "pen", "Draft"),
    BlueprintStatus.GENERATING: State("run", "spin", "Being made"),
    BlueprintStatus.READY: State("ok", "check", "Ready"),
    BlueprintStatus.DEPLOYED: State("ok", "globe", "Live"),
}
PAGES: Mapping[SitePageStatus, State] = {
    SitePageStatus.DRAFT: State("wait", "dash", "Not written"),
    SitePageStatus.GENERATING: State("run", "spin", "Being written"),
    SitePageStatus.READY: State("ok", "check", "Written"),
}
BUILDS: Mapping[BuildStatus, State] = {
    BuildStatus.PENDING: State("wait", "clock", "Waits for a worker"),
    BuildStatus.RUNNING: RUNNING,
    BuildStatus.COMPLETED: COMPLETED,
    BuildStatus.FAILED: FAILED,
    BuildStatus.CANCELLED: CANCELLED,
}
STEPS: Mapping[BuildStepStatus, State] = {
    BuildStepStatus.PENDING: WAITING,
    BuildStepStatus.RUNNING: RUNNING,
    BuildStepStatus.DONE: State("ok", "check", "Done"),
    BuildStepStatus.SKIPPED: SKIPPED,
    BuildStepStatus.FAILED: FAILED,
}
VERSIONS: Mapping[SiteVersionStatus, State] = {
    SiteVersionStatus.MADE: State("wait", "dash", "Never live"),
    SiteVersionStatus.KEPT: State("wait", "layers", "Kept"),
    SiteVersionStatus.REMOVED: State("wait", "x", "Removed"),
}
LIVE = State("ok", "globe", "Live")
TYPES: Mapping[PageType, str] = {
    PageType.HOME: "Home page",
    PageType.ABOUT: "About",
    PageType.SERVICES: "Services",
    PageType.PRODUCTS: "Products",
    PageType.BLOG: "Blog",
    PageType.CONTACT: "Contact",
    PageType.CUSTOM: "Page",
}
HOSTING: Mapping[BlueprintHosting, str] = {
    BlueprintHosting.IGNY8_SITES: "A website of its own",
    BlueprintHosting.WORDPRESS: "Pages of the site’s WordPress",
    BlueprintHosting.MULTI: "Both: a website of its own, and pages of WordPress",
    BlueprintHosting.SHOPIFY: "Shopify",
}
