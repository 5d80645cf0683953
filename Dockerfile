# The image of Kontor: built with everything, run with next to nothing.
#
#   docker build -t kontor .
#
# Behind a proxy that puts its own certificate into TLS, npm needs that certificate for the time of the build:
#   docker build --secret id=extra_ca,src=/path/to/ca.crt -t kontor .
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
# First what changes rarely, so that a change in a source does not install the compiler again.
COPY script/bootstrap script/env.sh script/
RUN --mount=type=secret,id=extra_ca \
    if [ -s /run/secrets/extra_ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/extra_ca; fi; \
    script/bootstrap build
COPY . .
RUN --mount=type=secret,id=extra_ca \
    if [ -s /run/secrets/extra_ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/extra_ca; fi; \
    bash -c '. script/env.sh && cmake --preset release && cmake --build build/release --target kontor --parallel "$KONTOR_JOBS"' \
    && script/runtime-packages build/release/kontor >runtime-packages \
    && bash -c '. script/env.sh && node packaging/licences.mjs .' | gzip -9n >licences.txt.gz \
    && llvm-strip-19 --strip-debug -o kontor build/release/kontor

FROM ${BASE}
COPY --from=build /build/runtime-packages /tmp/runtime-packages
RUN apt-get update -q=2 \
    && DEBIAN_FRONTEND=noninteractive xargs apt-get install -q=2 --yes --no-install-recommends </tmp/runtime-packages >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /tmp/runtime-packages \
    && useradd --uid 10001 --user-group --home-dir /app --no-create-home --shell /usr/sbin/nologin kontor \
    && install -d -m 755 /app \
    && install -d -m 700 -o kontor -g kontor /app/data
COPY --from=build /build/kontor /build/LICENSE /build/NOTICE /build/licences.txt.gz /app/
WORKDIR /app
USER kontor
ENV API_HOST=0.0.0.0 DATA_DIR=/app/data
VOLUME /app/data
EXPOSE 8500
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/app/kontor", "health"]
ENTRYPOINT ["/app/kontor"]
CMD ["serve"]
