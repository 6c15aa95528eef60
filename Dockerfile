# botspec in a container, from the release binary:
#
#   cargo build --release --locked
#   docker build --tag botspec:0.1.0 .
FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="botspec" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# The authorities that public addresses (https, wss) are checked by.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY target/release/botspec /usr/local/bin/botspec
WORKDIR /work
USER 65534:65534
ENTRYPOINT ["botspec"]
CMD ["--help"]
