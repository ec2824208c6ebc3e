package dev.tidemill.pipeline;

import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.TopicReader;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a model's workers have announced of themselves, oldest first. */
record Announcements(List<WorkerStatus> events) {
  static Announcements of(String bootstrapServers, Topics topics) {
    RecordCodec codec = new RecordCodec(new SingleObjectFormat());
    return new Announcements(
        TopicReader.committed(bootstrapServers, topics.progress()).stream()
            .map(record -> codec.decode(record, ProgressEvent.class).getEvent())
            .filter(WorkerStatus.class::isInstance)
            .map(WorkerStatus.class::cast)
            .toList());
  }

  /** The last announced state by role; for a model that has one worker of each. */
  Map<WorkerRole, String> lastStates() {
    Map<WorkerRole, String> states = new EnumMap<>(WorkerRole.class);
    events.forEach(event -> states.put(event.getRole(), event.getState()));
    return states;
  }

  /** The newest announced version; 0 if there is none. */
  long newestVersion() {
    return events.stream().mapToLong(WorkerStatus::getVersion).max().orElse(0);
  }
}
