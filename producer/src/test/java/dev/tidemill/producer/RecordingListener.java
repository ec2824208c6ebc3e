package dev.tidemill.producer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records all calls. */
final class RecordingListener implements SendListener {
  final List<SendProgress> progress = new CopyOnWriteArrayList<>();
  final List<String> refused = new CopyOnWriteArrayList<>();
  final List<String> notices = new CopyOnWriteArrayList<>();

  @Override
  public void notice(String notice) {
    notices.add(notice);
  }

  @Override
  public void progressed(SendProgress now) {
    progress.add(now);
  }

  @Override
  public void refused(String reason) {
    refused.add(reason);
  }
}
