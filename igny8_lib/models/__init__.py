"""The tables, by domain; no behaviour here. The path from a keyword to a post:

accounts ── sites ─┬─ keywords ──> clusters ──> content_ideas ──> tasks ──> content ──> images
                   │   (import)     stage 1       stage 2        stage 3    stage 4     5: prompts, 6: files
                   │                                                           ├─> review (stage 7)
                   │                                                           ├── content_versions, content_events
                   ├─ improvement_settings ── content_batches ─┬─> placed_links, optimization_tasks   made better
                   │                                           └── content_batch_items
                   ├─ link_changes ──> link_readings ─┬─> link_targets ── link_phrases   who can be linked
                   │                                  └─> content_links                   the links that are there
                   ├─ publishing_settings ── when ──> publications ── publication_steps   one post per article
                   ├─ wordpress_syncs ──> content (imported) ── wordpress_originals, sync_conflicts
                   └─ automation_configs ── automation_runs ─┬─ stage_results   how each stage ended
                                                             ├─ stage_items     what each stage works on
                                                             ├─ run_events      the activity log
                                                             └─ ai_calls        every AI request and its answer
accounts ── credit_balances ── credit_reservations ──> credit_ledger            who paid what, for which item
"""

from igny8_lib.db.base import Base
from igny8_lib.models.accounts import Account, AccountStatus, Module, ModuleSettings, Plan, Role, SiteUserAccess, User
from igny8_lib.models.ai import AICall, AICallFailure, AICallStatus, AIEndpointDialect, AIRequestTime, Deployment
from igny8_lib.models.automation import (
    ACTIVE_RUN,
    AutomationConfig,
    AutomationRun,
    EventLevel,
    Frequency,
    ItemState,
    RunEvent,
    RunStatus,
    SiteLease,
    StageItem,
    StageResult,
    StageStatus,
    StoppedReason,
    Trigger,
)
from igny8_lib.models.credits import (
    CreditBalance,
    CreditCostChange,
    CreditCostConfig,
    EntryType,
    LedgerEntry,
    Operation,
    Replenishment,
    ReplenishmentOutcome,
    Reservation,
    ReservationStatus,
    RunSpending,
    SiteBudgetShare,
)
from igny8_lib.models.importing import ConflictResolution, PostKind, SyncConflict, WordPressOriginal, WordPressSync
from igny8_lib.models.improvement import (
    BatchItemStatus,
    BatchKind,
    BatchStatus,
    ContentBatch,
    ContentBatchItem,
    ImprovementSettings,
    OptimizationSource,
    OptimizationStatus,
    OptimizationTask,
    PlacedLink,
)
from igny8_lib.models.linking import ContentLink, LinkChange, LinkPhrase, LinkReading, LinkTarget, PhraseKind
from igny8_lib.models.merges import ClusterMerge, MergeOffer
from igny8_lib.models.notifications import NotificationSettings
from igny8_lib.models.planner import (
    Cluster,
    ClusterStatus,
    CompetitionVerdict,
    ContentIdea,
    ContentType,
    IdeaStatus,
    Keyword,
    KeywordStatus,
    SearchIntent,
)
from igny8_lib.models.publishing import (
    ImageFormat,
    Markup,
    PostFound,
    PostStatus,
    Publication,
    PublicationStatus,
    PublicationStep,
    PublicationTarget,
    PublicationWish,
    PublishingNotice,
    PublishingSettings,
    SchedulingMode,
    StepName,
    StepStatus,
)
from igny8_lib.models.requests import AnsweredRequest, RequestRate
from igny8_lib.models.review import ContentEvent, ContentEventKind, ContentVersion, RejectReason, VersionKind
from igny8_lib.models.sites import HostingType, Sector, Site, SiteStatus
from igny8_lib.models.vectors import TextVector
from igny8_lib.models.writer import (
    ArticleText,
    Content,
    ContentSource,
    ContentStatus,
    Image,
    ImageKind,
    ImageStatus,
    SiteContentStatus,
    SyncStatus,
    Task,
    TaskStatus,
)

__all__ = [
    "ACTIVE_RUN",
    "AICall",
    "AICallFailure",
    "AICallStatus",
    "AIEndpointDialect",
    "AIRequestTime",
    "Account",
    "AccountStatus",
    "AnsweredRequest",
    "ArticleText",
    "AutomationConfig",
    "AutomationRun",
    "Base",
    "BatchItemStatus",
    "BatchKind",
    "BatchStatus",
    "Cluster",
    "ClusterMerge",
    "ClusterStatus",
    "CompetitionVerdict",
    "ConflictResolution",
    "Content",
    "ContentBatch",
    "ContentBatchItem",
    "ContentEvent",
    "ContentEventKind",
    "ContentIdea",
    "ContentLink",
    "ContentSource",
    "ContentStatus",
    "ContentType",
    "ContentVersion",
    "CreditBalance",
    "CreditCostChange",
    "CreditCostConfig",
    "Deployment",
    "EntryType",
    "EventLevel",
    "Frequency",
    "HostingType",
    "IdeaStatus",
    "Image",
    "ImageFormat",
    "ImageKind",
    "ImageStatus",
    "ImprovementSettings",
    "ItemState",
    "Keyword",
    "KeywordStatus",
    "LedgerEntry",
    "LinkChange",
    "LinkPhrase",
    "LinkReading",
    "LinkTarget",
    "Markup",
    "MergeOffer",
    "Module",
    "ModuleSettings",
    "NotificationSettings",
    "Operation",
    "OptimizationSource",
    "OptimizationStatus",
    "OptimizationTask",
    "PhraseKind",
    "PlacedLink",
    "Plan",
    "PostFound",
    "PostKind",
    "PostStatus",
    "Publication",
    "PublicationStatus",
    "PublicationStep",
    "PublicationTarget",
    "PublicationWish",
    "PublishingNotice",
    "PublishingSettings",
    "RejectReason",
    "Replenishment",
    "ReplenishmentOutcome",
    "RequestRate",
    "Reservation",
    "ReservationStatus",
    "Role",
    "RunEvent",
    "RunSpending",
    "RunStatus",
    "SchedulingMode",
    "SearchIntent",
    "Sector",
    "Site",
    "SiteBudgetShare",
    "SiteContentStatus",
    "SiteLease",
    "SiteStatus",
    "SiteUserAccess",
    "StageItem",
    "StageResult",
    "StageStatus",
    "StepName",
    "StepStatus",
    "StoppedReason",
    "SyncConflict",
    "SyncStatus",
    "Task",
    "TaskStatus",
    "TextVector",
    "Trigger",
    "User",
    "VersionKind",
    "WordPressOriginal",
    "WordPressSync",
]
