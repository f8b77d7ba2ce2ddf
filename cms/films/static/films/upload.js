/* What does a person see and do while a film file is sent? File input, drop area, progress, pause, cancel, going on after
 * a reload.
 */
(() => {
  'use strict';

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* How fast is it going? The mean of the last ten seconds. */
  class Pace {
    constructor() {
      this.samples = [];
    }

    note(sent) {
      const now = performance.now();
      this.samples = [...this.samples.filter((sample) => now - sample.at < 10000), { at: now, sent }];
    }

    bytesPerSecond() {
      const first = this.samples[0];
      const last = this.samples[this.samples.length - 1];
      if (!first || last.at - first.at < 700) return 0;
      return Math.max(0, ((last.sent - first.sent) * 1000) / (last.at - first.at));
    }
  }

  class UploadPanel {
    constructor(root) {
      this.root = root;
      this.texts = JSON.parse(document.getElementById(root.dataset.texts).textContent);
      this.Upload = window.films.ways[root.dataset.way];
      this.key = `film-upload:${root.dataset.way}:${root.dataset.filmId}`;
      this.language = document.documentElement.lang || 'en';
      this.upload = null;
      this.listen();
      this.offerToGoOn();
    }

    part(name) {
      return this.root.querySelector(`[data-${name}]`);
    }

    listen() {
      const input = this.part('input');
      const drop = this.part('drop');
      input.addEventListener('change', () => this.take(input.files));
      drop.addEventListener('dragover', (event) => {
        event.preventDefault();
        drop.classList.add('film-drop--over');
      });
      drop.addEventListener('dragleave', () => drop.classList.remove('film-drop--over'));
      drop.addEventListener('drop', (event) => {
        event.preventDefault();
        drop.classList.remove('film-drop--over');
        this.take(event.dataTransfer.files);
      });
      this.part('pause').addEventListener('click', () => this.pause());
      this.part('resume').addEventListener('click', () => this.resume());
      this.part('cancel').addEventListener('click', () => this.cancel());
      window.addEventListener('beforeunload', (event) => {
        if (this.upload && !this.upload.isOver) event.preventDefault();
      });
    }

    take(files) {
      this.say('');
      this.complain('');
      if (files.length > 1) return this.complain(this.texts.one_file);
      const file = files[0];
      if (!file || (this.upload && !this.upload.isOver)) return undefined;
      if (file.size === 0) return this.complain(this.texts.empty);
      const limit = Number(this.root.dataset.maxBytes);
      if (file.size > limit) {
        const sizes = { size: this.bytes(file.size), limit: this.bytes(limit) };
        return this.complain(filled(this.texts.too_big, sizes));
      }
      return this.begin(file);
    }

    async begin(file) {
      const kept = this.kept();
      const isSame = kept && kept.fingerprint === UploadPanel.fingerprint(file);
      if (kept && !isSame) {
        this.say(this.texts.other_file);
        await this.forgetOnServer(kept.url);
      }
      this.file = file;
      this.pace = new Pace();
      this.announced = 0;
      this.upload = new this.Upload({
        file,
        url: isSame ? kept.url : null,
        createAt: this.root.dataset.uploadsUrl,
        film: this.root.dataset.filmId,
        on: this.callbacks(file),
      });
      this.show({ running: true });
      this.part('name').textContent = file.name;
      this.part('pause').focus();
      this.upload.run();
    }

    callbacks(file) {
      return {
        created: (url) => this.keep({ url, name: file.name, fingerprint: UploadPanel.fingerprint(file) }),
        progress: (sent) => this.progress(sent),
        going: () => this.complain(''),
        waiting: (status, detail) => this.wait(status, detail),
        done: () => this.finish(),
        refused: (status, detail) => this.refuse(status, detail),
        unreadable: () => this.miss(),
      };
    }

    progress(sent) {
      this.pace.note(sent);
      const percent = Math.floor((sent * 100) / this.file.size);
      const bar = this.part('upload-bar');
      bar.setAttribute('aria-valuenow', percent);
      this.part('upload-done').style.inlineSize = `${(sent * 100) / this.file.size}%`;
      const speed = this.pace.bytesPerSecond();
      this.part('figures').textContent = filled(this.texts.figures, {
        percent,
        done: this.bytes(sent),
        total: this.bytes(this.file.size),
        speed: speed ? this.bytes(speed) : '–',
        left: this.left(sent, speed),
      });
      if (percent - this.announced >= 10 && percent < 100) {
        this.announced = percent - (percent % 10);
        this.say(filled(this.texts.announce, { percent: this.announced }), true);
      }
    }

    left(sent, speed) {
      if (!speed) return this.texts.measuring;
      const minutes = Math.ceil((this.file.size - sent) / speed / 60);
      if (minutes <= 1) return this.texts.seconds_left;
      if (minutes < 60) return filled(this.texts.minutes_left, { minutes });
      return filled(this.texts.hours_left, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
    }

    pause() {
      this.upload.pause();
      this.swap('resume', 'pause');
      const percent = this.part('upload-bar').getAttribute('aria-valuenow') || 0;
      this.say(filled(this.texts.paused, { percent }));
    }

    resume() {
      this.pace = new Pace();
      this.upload.resume();
      this.swap('pause', 'resume');
      this.say(this.texts.resumed);
    }

    swap(shown, hidden) {
      this.part(shown).hidden = false;
      this.part(hidden).hidden = true;
      this.part(shown).focus();
    }

    async cancel() {
      await this.upload.cancel();
      this.forget();
      this.show({ running: false });
      this.say(this.texts.cancelled);
      this.part('input').focus();
      this.root.dispatchEvent(new CustomEvent('films:changed'));
    }

    wait(status, detail) {
      const why = status === 403 ? this.texts.logged_out : this.texts.offline;
      this.complain(status === 507 ? detail : why);
    }

    finish() {
      this.forget();
      this.show({ running: false });
      this.replaceable();
      this.complain('');
      this.say(this.texts.complete);
      this.root.dispatchEvent(new CustomEvent('films:changed'));
    }

    refuse(status, detail) {
      const isStale = status === 404 || status === 410;
      this.forget();
      if (!isStale) this.forgetOnServer(this.upload.url);
      this.show({ running: false });
      this.complain(detail || this.texts.failed);
      this.root.dispatchEvent(new CustomEvent('films:changed'));
    }

    /* The file went away: what has arrived of it waits. */
    miss() {
      this.show({ running: false });
      this.complain(this.texts.unreadable);
    }

    /* After a reload the browser has forgotten the file, but not where its upload is. */
    async offerToGoOn() {
      const kept = this.kept();
      if (!kept) return;
      try {
        const { sent, total } = await new this.Upload({ url: kept.url }).standing();
        if (sent >= total) return this.forget();
        const percent = Math.floor((sent * 100) / total);
        const offer = this.part('resumable');
        offer.textContent = filled(this.texts.resumable, { name: kept.name, percent });
        offer.hidden = false;
        this.part('replace').open = true;
        this.part('choose').hidden = true;
        this.part('input').setAttribute('aria-label', offer.textContent);
      } catch (error) {
        if (error.status === 404 || error.status === 410) this.forget();
      }
      return undefined;
    }

    async forgetOnServer(url) {
      if (!url) return;
      await new this.Upload({ url }).forget().catch(() => null);
    }

    show({ running }) {
      this.part('running').hidden = !running;
      this.part('replace').hidden = running;
      this.part('resumable').hidden = true;
      this.part('choose').hidden = false;
      this.part('input').removeAttribute('aria-label');
      this.part('pause').hidden = false;
      this.part('resume').hidden = true;
      this.part('input').value = '';
      this.root.classList.toggle('film-file--running', running);
    }

    /* There is a file now: the place for another one steps back. */
    replaceable() {
      this.part('replace').open = false;
      this.part('replace').querySelector('summary').hidden = false;
    }

    say(text, quietly = false) {
      const place = this.part('announcement');
      place.textContent = text;
      place.classList.toggle('film-announcement--heard', quietly);
    }

    complain(text) {
      this.part('error-text').textContent = text;
      this.part('error').hidden = !text;
    }

    bytes(size) {
      const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
      const step = Math.min(Math.floor(Math.log(Math.max(size, 1)) / Math.log(1000)), 3);
      const format = new Intl.NumberFormat(this.language, {
        style: 'unit', unit: steps[step], unitDisplay: 'short', maximumFractionDigits: step > 1 ? 1 : 0,
      });
      return format.format(size / 1000 ** step);
    }

    kept() {
      try {
        return JSON.parse(window.localStorage.getItem(this.key));
      } catch {
        return null;
      }
    }

    keep(what) {
      try {
        window.localStorage.setItem(this.key, JSON.stringify(what));
      } catch {
        /* a browser without storage goes on until it is reloaded */
      }
    }

    forget() {
      try {
        window.localStorage.removeItem(this.key);
      } catch {
        /* nothing was kept */
      }
    }

    static fingerprint(file) {
      return `${file.name}/${file.size}/${file.lastModified}`;
    }
  }

  document.querySelectorAll('[data-film]').forEach((root) => new UploadPanel(root));
})();
