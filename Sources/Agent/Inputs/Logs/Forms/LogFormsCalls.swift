// The fields of calls to language models: OpenTelemetry's conventions, old and new, the answers of OpenAI and Anthropic
// as services write them down, LiteLLM's, and the AI SDK's.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let calls: [LogField] =
    LogField.keys(
      .model, "gen_ai.request.model", "gen_ai.response.model", "llm.request.model", "model", "model_name", "modelId",
      "llm_model", "ai_model", "llm.model", "ai.model.id", "response.model")
    + LogField.keys(
      .inputTokens, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens",
      "usage.input_tokens", "usage.prompt_tokens", "usage.inputTokens", "usage.promptTokens", "ai.usage.promptTokens",
      "ai.usage.inputTokens", "input_tokens", "prompt_tokens", "inputTokens", "promptTokens", "tokens_in",
      "tokens.input",
      "response.usage.input_tokens", "response.usage.prompt_tokens")
    + LogField.keys(
      .outputTokens, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.usage.completion_tokens",
      "usage.output_tokens", "usage.completion_tokens", "usage.outputTokens", "usage.completionTokens",
      "ai.usage.completionTokens", "ai.usage.outputTokens", "output_tokens", "completion_tokens", "outputTokens",
      "completionTokens", "tokens_out", "tokens.output", "response.usage.output_tokens",
      "response.usage.completion_tokens")
    + LogField.keys(
      .cachedTokens, "gen_ai.usage.cache_read.input_tokens", "usage.cache_read_input_tokens",
      "usage.prompt_tokens_details.cached_tokens", "cache_read_input_tokens", "cached_tokens")
    + LogField.keys(
      .totalTokens, "usage.total_tokens", "llm.usage.total_tokens", "total_tokens", "usage.totalTokens", "totalTokens")
    + LogField.keys(.callStatus, "upstream_status", "ai_status", "llm_status", "ai_api_status")
    + LogField.keys(
      .callDuration, "upstream_ms", "llm_ms", "ai_ms", "llm_duration_ms", "ai_duration_ms", "llm_latency_ms",
      "ai_latency_ms", "ai_api_duration_ms", unit: .milliseconds)
    + LogField.keys(
      .callDuration, "gen_ai.client.operation.duration", "llm_duration_seconds", "ai_duration_seconds",
      "ai_api_duration_seconds", unit: .seconds)
}
