package dev.tidemill.testbed.history;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record of {@code checkpoints}.
 *
 * @param committed whether a {@code read_committed} reader sees it
 * @param root first version of its model
 * @param topic that the offsets belong to
 * @param positions position of the next sample, by partition
 * @param restart where the next version begins a new model, by partition; empty if it continues
 * @param bounds offsets that a bounded run reads in each epoch, by partition
 * @param epochs of a bounded run; 0 for an endless one
 * @param payload empty once retention has removed it
 */
public record Manifest(
    Place at,
    boolean committed,
    long version,
    OptionalLong parent,
    long run,
    long root,
    String topic,
    String topicId,
    List<Range> ranges,
    List<Gap> gaps,
    Map<Integer, Position> positions,
    Map<Integer, Position> restart,
    Map<Integer, Bounds> bounds,
    int epochs,
    long steps,
    long samples,
    Optional<Payload> payload,
    String worker) {

  public Manifest {
    ranges = List.copyOf(ranges);
    gaps = List.copyOf(gaps);
    positions = Map.copyOf(positions);
    restart = Map.copyOf(restart);
    bounds = Map.copyOf(bounds);
  }

  /** Samples of a partition from {@code start} to before {@code end}, in one epoch. */
  public record Range(int partition, int epoch, SamplePosition start, SamplePosition end) {}

  /** Offsets that were deleted before they were trained, from start to before end. */
  public record Gap(int partition, long start, long end) {}

  /** The next sample of a partition. */
  public record Position(int epoch, SamplePosition sample) {}

  /** Offsets of a partition from start to before end. */
  public record Bounds(long start, long end) {}

  /**
   * The safetensors file.
   *
   * @param sha256 of the whole file, in hex digits
   * @param chunks its chunks, in order
   */
  public record Payload(long bytes, String sha256, List<ChunkPlace> chunks) {
    public Payload {
      chunks = List.copyOf(chunks);
    }
  }

  /** A chunk's record, and the length of its data. */
  public record ChunkPlace(int partition, long offset, int bytes) {}

  /** Returns where the next version begins, by partition. */
  public Map<Integer, Position> next() {
    return restart.isEmpty() ? positions : restart;
  }

  /** Whether it says the same as another one, apart from place and payload. */
  public boolean isCopyOf(Manifest other) {
    return withoutPlace().equals(other.withoutPlace());
  }

  private Manifest withoutPlace() {
    return new Manifest(
        new Place("", 0, 0),
        true,
        version,
        parent,
        run,
        root,
        topic,
        topicId,
        ranges,
        gaps,
        positions,
        restart,
        bounds,
        epochs,
        steps,
        samples,
        Optional.empty(),
        worker);
  }

  /** Returns where the manifest is and its version, for messages. */
  public String where() {
    return at + " version " + version;
  }
}
