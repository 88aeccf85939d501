# Counterpose, ready to serve: CPU only, models inside, nothing fetched at run time, no transcript taken over the web.
#
#   docker build -t counterpose .
#   docker run -p 8000:8000 -v counterpose:/data counterpose
#   docker run --rm -v counterpose:/data -v "$PWD:/in:ro" -e COUNTERPOSE_READ_ONLY=false counterpose counterpose add /in/FILE

FROM python:3.11-slim-bookworm AS build

# empty: the index pip is set up with
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

WORKDIR /build
COPY requirements.lock pyproject.toml ./
COPY .ci/image.sh .ci/
RUN .ci/image.sh dependencies /opt/counterpose "$TORCH_INDEX"
COPY README.md LICENSE ./
COPY models models
COPY service service
COPY templates templates
RUN .ci/image.sh application /opt/counterpose


FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="Counterpose" \
      org.opencontainers.image.description="Side-by-side comparison of what two speakers said" \
      org.opencontainers.image.licenses="MIT"

ENV PATH=/opt/counterpose/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    TRANSFORMERS_OFFLINE=1 \
    COUNTERPOSE_DATABASE_URL=sqlite:////data/counterpose.sqlite \
    COUNTERPOSE_READ_ONLY=true

# what PDFs are laid out with, and fonts for most scripts; fonts-noto-cjk has Chinese, Japanese and Korean
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*

COPY --from=build /opt/counterpose /opt/counterpose
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin counterpose \
    && install --directory --owner=counterpose --group=counterpose /data

USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["counterpose", "serve", "--host", "0.0.0.0", "--port", "8000"]
