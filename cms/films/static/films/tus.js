/* How does a file get to this server although connections break? tus 1.0.0 (tus.io), in pieces of adapting size. */
(() => {
  'use strict';

  const VERSION = { 'Tus-Resumable': '1.0.0' };
  const PIECE = { first: 4 << 20, least: 256 << 10, most: 32 << 20, quick_ms: 1500, slow_ms: 6000 };

  const base64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
  const header = (answer, name) => Number(answer.getResponseHeader(name));

  class TusUpload extends window.films.Sending {
    constructor({ film, createAt, ...rest }) {
      super(rest);
      Object.assign(this, { film, createAt });
      this.offset = 0;
      this.piece = PIECE.first;
    }

    async goOn() {
      if (!this.url) await this.create();
      this.offset = (await this.standing()).sent;
      this.on.going();
      this.on.progress(this.offset);
      while (this.offset < this.file.size && !this.isPaused && !this.isOver) await this.send();
      if (this.offset >= this.file.size && !this.isOver) this.finish();
    }

    async create() {
      const told = { film: this.film, filename: this.file.name, filetype: this.file.type };
      const pairs = Object.entries(told).map(([name, value]) => `${name} ${base64(value)}`);
      const headers = { ...VERSION, 'Upload-Length': this.file.size, 'Upload-Metadata': pairs.join(',') };
      const answer = await this.ask('POST', this.createAt, headers);
      this.url = answer.getResponseHeader('Location');
      this.on.created(this.url);
    }

    async standing() {
      const answer = await this.ask('HEAD', this.url, VERSION);
      return { sent: header(answer, 'Upload-Offset'), total: header(answer, 'Upload-Length') };
    }

    forget() {
      return this.ask('DELETE', this.url, VERSION);
    }

    async send() {
      const end = Math.min(this.offset + this.piece, this.file.size);
      const headers = {
        ...VERSION, 'Upload-Offset': this.offset, 'Content-Type': 'application/offset+octet-stream',
      };
      const began = performance.now();
      const answer = await this.ask('PATCH', this.url, headers, this.file.slice(this.offset, end), (sent) => {
        this.on.progress(this.offset + sent);
      });
      this.offset = header(answer, 'Upload-Offset');
      this.failures = 0;
      this.adapt(performance.now() - began);
      this.on.progress(this.offset);
    }

    adapt(took_ms) {
      if (took_ms < PIECE.quick_ms) this.piece = Math.min(this.piece * 2, PIECE.most);
      if (took_ms > PIECE.slow_ms) this.slowDown();
    }

    slowDown() {
      this.piece = Math.max(this.piece >> 1, PIECE.least);
    }
  }

  window.films.ways.tus = TusUpload;
})();
