"""OpenAI's own client for Python, as it comes: what it is told must be what it finds. Arguments: base URL, picture, clip."""
import base64
import json
import sys

import openai

base_url, picture, clip = sys.argv[1:4]
client = openai.OpenAI(base_url=base_url, api_key="none", max_retries=8)


def data_url(mime: str, path: str) -> str:
    with open(path, "rb") as file:
        return f"data:{mime};base64,{base64.b64encode(file.read()).decode()}"


def ask(content, **options):
    return client.chat.completions.create(model="demo", messages=[{"role": "user", "content": content}], max_tokens=24, **options)


def raised(call) -> str:
    try:
        call()
    except openai.APIStatusError as error:
        return f"{type(error).__name__} {error.code} {error.param}"
    return "nothing"


found = {"models": [model.id for model in client.models.list()]}

whole = ask("What can you do?", temperature=0)
found["text"] = whole.choices[0].message.content
found["usage"] = whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
pieces = ask("What can you do?", temperature=0, stream=True, stream_options={"include_usage": True})
streamed, usage = "", None
for piece in pieces:
    streamed += (piece.choices[0].delta.content or "") if piece.choices else ""
    usage = piece.usage or usage
found["streamed"] = streamed
found["streamed_usage"] = usage.completion_tokens == whole.usage.completion_tokens

seen = ask([{"type": "image_url", "image_url": {"url": data_url("image/png", picture)}}, {"type": "text", "text": "What is in the picture?"}])
found["image_tokens"] = seen.usage.prompt_tokens_details.image_tokens
video = {"type": "video_url", "video_url": {"url": data_url("video/mp4", clip)}}
watched = ask([video, {"type": "text", "text": "What happens?"}], extra_body={"mm_processor_kwargs": {"num_frames": 4}})
found["video_tokens"] = watched.usage.prompt_tokens_details.video_tokens

likely = ask("What can you do?", temperature=0, logprobs=True, top_logprobs=2)
found["logprobs"] = "".join(one.token for one in likely.choices[0].logprobs.content) == likely.choices[0].message.content

found["unknown"] = raised(lambda: client.models.retrieve("gpt-4o"))
found["refused"] = raised(lambda: ask("Hi", n=2))
found["corrupt"] = raised(lambda: ask([{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]))

with ask("What can you do?", stream=True, logit_bias={"40": 100}) as stream:
    next(iter(stream))
found["after_abort"] = ask("What can you do?", temperature=0).choices[0].message.content == found["text"]

print(json.dumps(found))
