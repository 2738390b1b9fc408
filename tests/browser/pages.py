"""All pages that a browser looks at. A new page is a line here: it is then tested, and photographed by `make shots`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page: `path` below /igny8/ with fields of Demo.names, `ready` the selector of what shows that it is there."""

    name: str
    path: str
    ready: str


PAGES = (
    Page("overview", "", "h1:text('site')"),
    Page("site", "sites/{site}", "h1:text('Harbour Lane Homes')"),
    Page("start", "sites/{site}/start", "h1:text('Run Harbour Lane Homes')"),
    Page("planner", "sites/{site}/planner", "h1:text('Planner')"),
    Page("import", "sites/{site}/planner/import", "h1:text('Import keywords')"),
    Page("keywords", "sites/{site}/planner/keywords", "h1:text('Keywords')"),
    Page("clusters", "sites/{site}/planner/clusters", "h1:text('Clusters')"),
    Page("merges", "sites/{site}/planner/clusters/merges", "h1:text('Merges')"),
    Page("ideas", "sites/{site}/planner/ideas", "h1:text('Ideas')"),
    Page("content", "sites/{site}/content", "h1:text('Content')"),
    Page("review", "sites/{site}/review", "h1"),
    Page("article", "sites/{site}/content/{content}", "[role=group][aria-label=Decision]"),
    Page("analysis", "sites/{site}/content/{content}/analysis", "h1:text('Analysis')"),
    Page("editor", "sites/{site}/content/{content}/edit", ".jodit-wysiwyg"),
    Page("publications", "sites/{site}/publications", "h1:text('Publications')"),
    Page("publications-failed", "sites/{steered}/publications?status=failed", "table"),
    Page("publication", "sites/{steered}/publications/{publication}", "h2:text('Steps')"),
    Page("imported", "sites/{steered}/imported", "h1:text('WordPress content')"),
    Page("conflict", "sites/{steered}/imported/{conflict}", "h1:text('Which text stays?')"),
    Page("linking", "sites/{site}/linking", "h1:text('Linking')"),
    Page("linking-article", "sites/{site}/linking/{content}", "h2:text('Links that fit')"),
    Page("linking-orphans", "sites/{site}/linking/orphans", "h1:text('Orphans')"),
    Page("linking-broken", "sites/{site}/linking/broken", "h1:text('Broken links')"),
    Page("optimizing", "sites/{site}/optimizing", "h1:text('Optimizing')"),
    Page("optimizing-ask", "sites/{site}/optimizing/batch?ids={content}", "h1:text('Optimize these articles?')"),
    Page("optimizations", "sites/{site}/optimizing/tasks", "h1:text('Optimizations')"),
    Page("batches", "sites/{site}/batches", "h1:text('Batches')"),
    Page("rules", "sites/{steered}/rules", "h2:text('All rules')"),
    Page("rules-start", "sites/{steered}/rules/new", "h2:text('Ready-made rules')"),
    Page("rule-new", "sites/{site}/rules/new?start=blank", "#tested .note"),
    Page("rule", "sites/{steered}/rules/{rule}", "h2:text('The rule')"),
    Page("rule-history", "sites/{steered}/rules/history", "table"),
    Page("rule-execution", "sites/{steered}/rules/executions/{execution}", "h2:text('What was done')"),
    Page("websites", "sites/{site}/website", "h1:text('Website')"),
    Page("website-new", "sites/{site}/website/new", "h2:text('Whose website is it')"),
    Page("website-versions", "sites/{site}/website/versions", "h1:text('Versions')"),
    Page("website-settings", "sites/{site}/website/settings", "h1:text('Website settings')"),
    Page("calendar", "sites/{site}/calendar", "table.month"),
    Page("calendar-week", "sites/{site}/calendar?view=week", "table.month"),
    Page("calendar-list", "sites/{site}/calendar?view=list", "h1"),
    Page("calendar-article", "sites/{site}/calendar/articles/{content}", "h1:text('On the calendar')"),
    Page("calendar-failed", "sites/{steered}/calendar", "h2:text('Could not go live')"),
    Page("spread", "sites/{site}/calendar/spread", "h1:text('Spread anew')"),
    Page("publishing-settings", "sites/{site}/settings/publishing", "h1:text('Publishing settings')"),
    Page("runs", "sites/{site}/runs", "h1:text('Runs')"),
    Page("run", "sites/{site}/runs/{run}", "h1:text('Run #')"),
    Page("settings", "sites/{site}/settings", "h1:text('Settings')"),
    Page("website", "sites/{site}/settings/website", "h1:text('Website')"),
    Page("website-files", "sites/{site}/website/files", "h1:text('Files')"),
    Page("credits", "credits?account={account}", "h1:text('Credits')"),
    Page("ledger", "credits/ledger?account={account}", "h1:text('Ledger')"),
    Page("costs", "credits/costs?account={account}", "h1:text('Costs')"),
    Page("account", "account?account={account}", "h1:text('Account')"),
    Page("account-sites", "account/sites?account={account}", "h1:text('Sites')"),
    Page("people", "account/people?account={account}", "h1:text('Users and access')"),
)
