# The production image of web, worker and beat. Built with locked, hash-checked dependencies; runs as nobody special.
FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements/base.txt .
RUN python -m venv /venv && /venv/bin/pip install --quiet --require-hashes -r base.txt

FROM python:3.11-slim-bookworm
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        libpangoft2-1.0-0 libharfbuzz-subset0 \
        fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin vapup \
    && install -d -o vapup -g vapup -m 0700 /var/lib/vapup/files
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=vapup.settings VAPUP_PROFILE=production PRIVATE_FILES_ROOT=/var/lib/vapup/files
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY vapup vapup
COPY cases cases
COPY subsidies subsidies
COPY monitoring monitoring
COPY templates templates
COPY static static
# Collecting static files needs settings but no secret, database or mail: the demonstration profile with a key of its own
# does not serve, so the production profile's manifest is made with throwaway values that end with this layer.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=build.invalid PUBLIC_ORIGIN=https://build.invalid DATABASE_URL=postgres://build@build.invalid/build \
    CELERY_BROKER_URL=redis://build.invalid EMAIL_URL=smtp://build.invalid EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend \
    DEFAULT_FROM_EMAIL=build@build.invalid \
    python manage.py collectstatic --noinput --verbosity 0
USER vapup
EXPOSE 8000
CMD ["gunicorn", "vapup.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--timeout", "60", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
