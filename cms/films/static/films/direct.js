/* How does a file get straight to the S3 store although connections break? In parts, three at a time.
 *
 * This site gives leave and URLs that are good for a few minutes; what has arrived is what the store says, so after any
 * trouble it is asked again, and only what is missing is sent.
 */
(() => {
  'use strict';

  const { Interrupted, Sending, Stale, Unreadable } = window.films;
  const LANES = 3;
  const URLS_AT_ONCE = 4;
  const HEAD_BYTES = 4096;
  const STALLED_MS = 60000;  // a line that carries nothing is dead though nobody says so: a laptop was closed
  const REPORT_EVERY_MS = 15000;

  const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

  class DirectUpload extends Sending {
    constructor({ film, createAt, ...rest }) {
      super(rest);
      Object.assign(this, { film, createAt });
      this.patience_ms = STALLED_MS;
      this.hasBegun = false;
      this.partBytes = 0;
      this.missing = [];
      this.ready = [];
      this.filling = null;
      this.trouble = null;
      this.arrived = 0;
      this.onTheWay = new Map();
    }

    async run() {
      const reporting = setInterval(() => this.report(), REPORT_EVERY_MS);
      await super.run();
      clearInterval(reporting);
    }

    pause() {
      super.pause();
      this.onTheWay.clear();
      this.on.progress(this.sent());
    }

    /* Three lanes send side by side; trouble in one lets the others end their part, then all is looked at anew. */
    async goOn() {
      if (!this.hasBegun) await this.begin();
      await this.look();
      this.on.progress(this.sent());
      this.trouble = null;
      const lanes = Array.from({ length: LANES }, () => this.lane());
      await Promise.all(lanes.map((lane) => lane.catch((error) => { this.trouble = this.trouble || error; })));
      if (this.trouble) throw this.trouble;
      if (this.isPaused || this.isOver) return;
      await this.ask('POST', `${this.url}complete/`);
      this.finish();
    }

    async begin() {
      const told = { film: this.film, name: this.file.name, size_bytes: this.file.size };
      const head = base64(await this.bytes(0, HEAD_BYTES));
      const answer = await this.tell(this.createAt, { ...told, modified_ms: this.file.lastModified, head });
      this.url = answer.url;
      this.hasBegun = true;
      this.on.created(this.url);
    }

    async look() {
      const { missing, part_bytes: partBytes } = await this.stock();
      Object.assign(this, { missing, partBytes, ready: [], filling: null });
      this.onTheWay.clear();
      this.arrived = this.file.size - missing.reduce((sum, number) => sum + this.size(number), 0);
    }

    async lane() {
      for (;;) {
        const part = await this.next();
        if (!part || this.trouble || this.isPaused || this.isOver) return;
        await this.send(part);
      }
    }

    async next() {
      while (!this.ready.length && this.missing.length && !this.trouble) {
        this.filling = this.filling || this.fill().finally(() => { this.filling = null; });
        await this.filling;
      }
      return this.ready.shift();
    }

    /* Get URLs for the next parts, each good for its own bytes only. */
    async fill() {
      const parts = [];
      for (const number of this.missing.splice(0, URLS_AT_ONCE)) {
        parts.push({ number, sha256: await this.hash(number) });
      }
      const { urls } = await this.tell(this.url, { sent_bytes: this.sent(), parts });
      this.ready.push(...parts.map((part) => ({ ...part, url: urls[part.number] })));
    }

    /* Where nothing is encrypted on its way browsers don't hash; then nothing is promised of the bytes. */
    async hash(number) {
      if (!window.crypto.subtle) return null;
      const start = (number - 1) * this.partBytes;
      return base64(await window.crypto.subtle.digest('SHA-256', await this.bytes(start, start + this.partBytes)));
    }

    async send({ number, url, sha256 }) {
      const start = (number - 1) * this.partBytes;
      const headers = sha256 ? { 'x-amz-checksum-sha256': sha256 } : {};
      const answer = await this.put(url, headers, this.file.slice(start, start + this.partBytes), number);
      if ([400, 403, 404].includes(answer.status)) throw new Stale();
      if (answer.status >= 300) throw new Interrupted();
      this.failures = 0;
      this.arrived += this.size(number);
      this.on.progress(this.sent());
    }

    async put(url, headers, body, number) {
      try {
        return await this.request('PUT', url, headers, body, (sent) => {
          this.on.going();
          this.onTheWay.set(number, sent);
          this.on.progress(this.sent());
        });
      } finally {
        this.onTheWay.delete(number);
      }
    }

    async stock() {
      return JSON.parse((await this.ask('GET', this.url)).responseText);
    }

    async standing() {
      const { missing, length_bytes: total, part_bytes: partBytes } = await this.stock();
      const left = missing.map((number) => Math.min(partBytes, total - (number - 1) * partBytes));
      return { sent: total - left.reduce((sum, size) => sum + size, 0), total };
    }

    forget() {
      return this.ask('DELETE', this.url);
    }

    report() {
      if (!this.hasBegun || this.isPaused || this.isOver) return;
      this.tell(this.url, { sent_bytes: this.sent() }).catch(() => null);
    }

    async tell(url, what) {
      const answer = await this.ask('POST', url, { 'Content-Type': 'application/json' }, JSON.stringify(what));
      return JSON.parse(answer.responseText);
    }

    async bytes(start, end) {
      try {
        return await this.file.slice(start, end).arrayBuffer();
      } catch {
        throw new Unreadable();
      }
    }

    size(number) {
      return Math.min(this.partBytes, this.file.size - (number - 1) * this.partBytes);
    }

    sent() {
      return [...this.onTheWay.values()].reduce((sum, size) => sum + size, this.arrived);
    }
  }

  window.films.ways.direct = DirectUpload;
})();
