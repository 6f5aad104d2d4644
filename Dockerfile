# hoidap in a container. Untested as an image: no Docker was at hand. What of its steps was run stands in docs/deploy.md.
#
#   docker build -t hoidap .
#   docker run --rm -v hoidap:/data -v ./seeds:/articles:ro hoidap build /articles
#   docker run -v hoidap:/data -p 127.0.0.1:8000:8000 hoidap

FROM python:3.11-slim AS made
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /source
RUN python -m venv /opt/hoidap

# What changes seldom comes first: torch, then the other libraries, then hoidap.
COPY constraints.txt ./
RUN /opt/hoidap/bin/pip install --index-url "$TORCH_INDEX" "$(grep '^torch==' constraints.txt)"
COPY pyproject.toml ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
      > requirements.txt \
 && /opt/hoidap/bin/pip install -c constraints.txt -r requirements.txt
COPY . .
RUN /opt/hoidap/bin/pip install --no-deps .

FROM python:3.11-slim
RUN useradd --system --user-group --uid 10001 --no-create-home --home-dir /nonexistent hoidap \
 && install -d -o hoidap -g hoidap /data
COPY --from=made /opt/hoidap /opt/hoidap
# HOIDAP_PUBLIC: in the container every address is the container's own; who reaches it is decided where its port is published.
ENV PATH=/opt/hoidap/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    ORT_DISABLE_TELEMETRY=1 \
    HOIDAP_INDEX=/data \
    HOIDAP_HOST=0.0.0.0 \
    HOIDAP_PUBLIC=true \
    HOIDAP_LOG_FORMAT=json
USER hoidap
# A config.toml in /data is read too.
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["hoidap"]
CMD ["serve", "--port", "8000"]
