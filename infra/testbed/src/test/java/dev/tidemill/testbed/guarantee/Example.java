package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Answer;
import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.Chunk;
import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.Letter;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.Request;
import dev.tidemill.testbed.history.SamplePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Records of hand-made histories. */
final class Example {
  static final String REQUESTS_ID = "id-of-requests";
  static final int BATCH_SAMPLES = 10;

  private Example() {}

  static SamplePosition at(long offset, int sample) {
    return new SamplePosition(offset, sample);
  }

  /** A committed batch of {@link #BATCH_SAMPLES} samples in partition 0. */
  static Batch batch(long offset) {
    return batch(0, offset);
  }

  static Batch batch(int partition, long offset) {
    return new Batch(
        place("batches", partition, offset),
        true,
        true,
        "source-" + partition,
        offset,
        offset * BATCH_SAMPLES,
        BATCH_SAMPLES,
        offset);
  }

  static Batch[] batches(int count) {
    Batch[] batches = new Batch[count];
    for (int offset = 0; offset < count; offset++) {
      batches[offset] = batch(offset);
    }
    return batches;
  }

  static Batch aborted(Batch of) {
    return new Batch(
        of.at(),
        false,
        true,
        of.source(),
        of.sequence(),
        of.firstSample(),
        of.samples(),
        of.checksum());
  }

  static Batch unreadable(long offset) {
    return new Batch(place("batches", 0, offset), true, false, "", 0, 0, 1, offset);
  }

  static Request request(long offset, String id) {
    return new Request(place("requests", 0, offset), true, true, id, offset);
  }

  static Request unreadableRequest(long offset) {
    return new Request(place("requests", 0, offset), true, false, "", offset);
  }

  static Answer answer(long offset, Request to, long version) {
    return answer(offset, to, version, Optional.empty());
  }

  static Answer error(long offset, Request to) {
    return answer(offset, to, 0, Optional.of("no such feature"));
  }

  private static Answer answer(long offset, Request to, long version, Optional<String> error) {
    return new Answer(
        place("predictions", 0, offset),
        true,
        to.id(),
        to.at(),
        REQUESTS_ID,
        version,
        "w",
        List.of((float) version),
        error,
        false);
  }

  static Answer aborted(Answer of) {
    return new Answer(
        of.at(),
        false,
        of.requestId(),
        of.request(),
        of.topicId(),
        of.version(),
        of.worker(),
        of.outputs(),
        of.error(),
        of.expired());
  }

  /** An error answer after the request's deadline. */
  static Answer expired(long offset, Request to) {
    Answer error = error(offset, to);
    return new Answer(
        error.at(),
        error.committed(),
        error.requestId(),
        error.request(),
        error.topicId(),
        error.version(),
        error.worker(),
        error.outputs(),
        error.error(),
        true);
  }

  static Letter letter(long offset, Place of) {
    return new Letter(
        place("dead-letters", 0, offset),
        true,
        of,
        "cannot be decoded",
        "w",
        OptionalLong.of(of.offset()));
  }

  static Chunk chunk(long offset, long version) {
    return new Chunk(place("checkpoint-chunks", 0, offset), true, version + "/0", version, 100);
  }

  static GroupOffset trained(long offset, long version) {
    return new GroupOffset(0, offset, "version=" + version + " run=1 epoch=1 topic_id=b from=0");
  }

  static Place place(String topic, int partition, long offset) {
    return new Place(topic, partition, offset);
  }

  /** Begins a manifest that is committed at the offset of its version. */
  static Draft version(long version) {
    return new Draft(version);
  }

  /** A manifest that a test completes. Each partition's position is the end of its last range. */
  static final class Draft {
    private final long version;
    private final List<Manifest.Range> ranges = new ArrayList<>();
    private final List<Manifest.Gap> gaps = new ArrayList<>();
    private final Map<Integer, Manifest.Position> positions = new HashMap<>();
    private final Map<Integer, Manifest.Position> restart = new HashMap<>();
    private final Map<Integer, Manifest.Bounds> bounds = new HashMap<>();
    private long offset;
    private OptionalLong parent;
    private boolean committed = true;
    private long run = 1;
    private long root = 1;
    private int epochs;
    private long samples;
    private String worker = "trainer";
    private Optional<Manifest.Payload> payload;

    Draft(long version) {
      this.version = version;
      this.offset = version;
      this.parent = version == 1 ? OptionalLong.empty() : OptionalLong.of(version - 1);
      this.samples = version * BATCH_SAMPLES;
      this.payload =
          Optional.of(
              new Manifest.Payload(
                  100, "digest", List.of(new Manifest.ChunkPlace(0, version, 100))));
    }

    Draft range(SamplePosition start, SamplePosition end) {
      return range(0, 1, start, end);
    }

    Draft range(int partition, int epoch, SamplePosition start, SamplePosition end) {
      ranges.add(new Manifest.Range(partition, epoch, start, end));
      return position(partition, epoch, end);
    }

    Draft position(int partition, int epoch, SamplePosition at) {
      positions.put(partition, new Manifest.Position(epoch, at));
      return this;
    }

    Draft gap(long start, long end) {
      gaps.add(new Manifest.Gap(0, start, end));
      return this;
    }

    Draft restart(SamplePosition to) {
      restart.put(0, new Manifest.Position(1, to));
      return this;
    }

    Draft epochs(int count, long start, long end) {
      epochs = count;
      bounds.put(0, new Manifest.Bounds(start, end));
      return this;
    }

    Draft run(long number) {
      run = number;
      return this;
    }

    Draft root(long first) {
      root = first;
      return this;
    }

    Draft parent(long of) {
      parent = OptionalLong.of(of);
      return this;
    }

    Draft samples(long count) {
      samples = count;
      return this;
    }

    Draft by(String trainer) {
      worker = trainer;
      return this;
    }

    Draft atOffset(long place) {
      offset = place;
      return this;
    }

    Draft notCommitted() {
      committed = false;
      return this;
    }

    Draft withoutPayload() {
      payload = Optional.empty();
      return this;
    }

    Manifest build() {
      return new Manifest(
          place("checkpoints", 0, offset),
          committed,
          version,
          parent,
          run,
          root,
          "batches",
          "id-of-batches",
          ranges,
          gaps,
          positions,
          restart,
          bounds,
          epochs,
          samples / BATCH_SAMPLES,
          samples,
          payload,
          worker);
    }
  }
}
