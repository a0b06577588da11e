# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/opt/coach
RUN pip install --no-cache-dir uv
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE NOTICE ./
RUN uv sync --locked --no-dev --no-install-project
COPY knowledge knowledge
COPY service service
RUN uv sync --locked --no-dev --no-editable

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 coach && install -d -o coach -g coach /data
COPY --from=build /opt/coach /opt/coach
ENV PATH=/opt/coach/bin:$PATH COACH_DATA_DIR=/data PYTHONUNBUFFERED=1
USER coach
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# Callers come from outside the container, so COACH_API_KEYS must be set: without keys only loopback may connect.
CMD ["coach", "serve", "--host", "0.0.0.0", "--port", "8000"]
