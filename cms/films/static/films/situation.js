/* How far is the film? Asked every second while something happens, and written into the page. */
(() => {
  'use strict';

  const EVERY_MS = 1000;
  const SLOWER_MS = 5000;

  class SituationPanel {
    constructor(root) {
      this.root = root;
      this.texts = JSON.parse(document.getElementById(root.dataset.texts).textContent);
      this.known = JSON.parse(document.getElementById('film-situation').textContent);
      this.timer = null;
      root.addEventListener('films:changed', () => this.watch(0));
      this.write(this.known);
      if (!this.known.is_final) this.watch(EVERY_MS);
    }

    part(name) {
      return this.root.querySelector(`[data-${name}]`);
    }

    watch(wait_ms) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), wait_ms);
    }

    async look() {
      let next_ms = document.hidden ? SLOWER_MS : EVERY_MS;
      try {
        const headers = { 'X-Requested-With': 'XMLHttpRequest' };
        const answer = await fetch(this.root.dataset.situationUrl, { headers, cache: 'no-store' });
        if (answer.ok) {
          const situation = await answer.json();
          await this.take(situation);
          if (situation.is_final) return;
        } else {
          next_ms = SLOWER_MS;
        }
      } catch {
        next_ms = SLOWER_MS;
      }
      this.watch(next_ms);
    }

    async take(situation) {
      const wasInTheMaking = ['checking', 'queued', 'running'].includes(this.known.state);
      this.known = situation;
      this.write(situation);
      if (situation.state === 'ready' && wasInTheMaking) {
        await this.showResult();
        this.say(this.texts.ready);
      }
    }

    /* What the page shows anyway is said to those who don't see it change. */
    say(text) {
      const place = this.part('announcement');
      place.textContent = text;
      place.classList.add('film-announcement--heard');
    }

    write(situation) {
      const isUploadingHere = this.root.classList.contains('film-file--running');
      this.part('situation').hidden = situation.state === 'empty' || (isUploadingHere && situation.state === 'uploading');
      const label = this.part('label');
      label.textContent = situation.label;
      label.className = `w-status film-state film-state--${situation.state}`;
      this.part('stage').textContent = this.stage(situation);
      if (situation.state !== 'checking' && this.part('announcement').textContent === this.texts.complete) this.say('');
      if (situation.state === 'empty' || situation.state === 'refused') this.part('replace').open = true;
      this.part('message').textContent = situation.message;
      this.part('message').hidden = !situation.message;
      this.part('notice-text').textContent = situation.notice;
      this.part('notice').hidden = !situation.notice;
      this.part('retry').hidden = !situation.can_retry;
      this.bar(situation);
    }

    stage(situation) {
      if (situation.progress === null || situation.is_final || situation.state === 'queued') return situation.stage;
      const percent = `${Math.floor(situation.progress * 100)} %`;
      return situation.stage ? `${situation.stage} · ${percent}` : percent;
    }

    bar(situation) {
      const bar = this.part('bar');
      bar.hidden = situation.progress === null || situation.is_final;
      if (bar.hidden) return;
      const percent = Math.floor(situation.progress * 100);
      bar.setAttribute('aria-valuenow', percent);
      bar.setAttribute('aria-valuetext', `${percent} % ${situation.stage}`.trim());
      this.part('bar-done').style.inlineSize = `${situation.progress * 100}%`;
    }

    /* The server writes the part of the page that shows the film: it knows the language and the addresses. */
    async showResult() {
      const answer = await fetch(this.root.dataset.resultUrl, { headers: { 'X-Requested-With': 'XMLHttpRequest' } });
      if (answer.ok) document.querySelector('[data-film-result]').innerHTML = await answer.text();
    }
  }

  document.querySelectorAll('[data-film]').forEach((root) => new SituationPanel(root));
})();
