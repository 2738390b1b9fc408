"""Why an answer ended, in the words of many providers and in the four that this product knows."""

from __future__ import annotations

STOP = "stop"
LENGTH = "length"
CONTENT_FILTER = "content_filter"
TOOL_CALLS = "tool_calls"

WORDS = {
    STOP: "stop end end_turn eos eos_token stop_sequence stop_token complete completed done finished",
    LENGTH: (
        "length max_tokens max_output_tokens max_completion_tokens max_length model_length token_limit "
        "token_limit_reached output_limit context_length context_length_exceeded model_context_window_exceeded "
        "context_window_exceeded truncated incomplete cut_off"
    ),
    CONTENT_FILTER: (
        "content_filter content_filtered contentfilter content_policy content_policy_violation safety image_safety "
        "recitation prohibited_content blocklist blocked spii sensitive moderation guardrail_intervened guardrail"
    ),
    TOOL_CALLS: (
        "tool_calls tool_call tool_use function_call function_calls malformed_function_call unexpected_tool_call"
    ),
}
"""OpenAI and Azure, Anthropic, Gemini, Mistral, Cohere, Bedrock, Hugging Face, Together, Zhipu."""
MEANINGS = {word: meaning for meaning, words in WORDS.items() for word in words.split()}
PREFIXES = ("finish_reason_", "finishreason_", "stop_reason_")


def normalise_finish(given: object) -> str:
    """The known word for a finish reason in whatever case and spelling; empty for everything else."""
    if not isinstance(given, str):
        return ""
    word = given.strip().lower().replace("-", "_").replace(" ", "_")
    for prefix in PREFIXES:
        word = word.removeprefix(prefix)
    return MEANINGS.get(word, "")
