# A small image of cognito-lint, which has nothing in it but the program:
#     docker build --tag cognito-lint .
#     docker run --rm --volume "$PWD:/work:ro" cognito-lint
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
# The C library goes into the program; libraries that run in the compiler need a target of their own for that.
RUN target="$(rustc -vV | sed -n 's/^host: //p')" \
    && RUSTFLAGS="-C target-feature=+crt-static" cargo build --locked --release --target "$target" \
    && cp "target/$target/release/cognito-lint" /cognito-lint

FROM scratch
COPY --from=build /cognito-lint /cognito-lint
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/cognito-lint"]
