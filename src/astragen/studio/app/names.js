/** What providers are called by people; the same in all languages, so no text of them. */

const NAMES = new Map([
  ["a1111", "Stable Diffusion WebUI"],
  ["anthropic", "Anthropic"],
  ["comfyui", "ComfyUI"],
  ["compatible", "OpenAI-compatible"],
  ["diffusers", "Diffusers"],
  ["edge", "Edge"],
  ["elevenlabs", "ElevenLabs"],
  ["gemini", "Gemini"],
  ["groq", "Groq"],
  ["huggingface", "Hugging Face"],
  ["kokoro", "Kokoro"],
  ["llamacpp", "llama.cpp"],
  ["lmstudio", "LM Studio"],
  ["luma", "Luma"],
  ["mistral", "Mistral"],
  ["ollama", "Ollama"],
  ["openai", "OpenAI"],
  ["openrouter", "OpenRouter"],
  ["piper", "Piper"],
  ["pollinations", "Pollinations"],
  ["pollinations-legacy", "Pollinations (old)"],
  ["replicate", "Replicate"],
  ["runway", "Runway"],
  ["vllm", "vLLM"],
]);

/**
 * How people know *provider*; one that is not known here is called as it is.
 * @param {string} provider "openai"
 */
export function properName(provider) {
  return NAMES.get(provider) ?? provider;
}
