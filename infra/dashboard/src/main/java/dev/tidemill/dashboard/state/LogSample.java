package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Map;

/**
 * Offsets and sizes of a model's topics and groups at one time.
 *
 * @param at milliseconds since 1970
 * @param topics what each topic that exists has
 * @param groups the committed positions of the groups that read it
 * @param disks the disks of the brokers, as far as they say; those of all models
 */
public record LogSample(
    long at,
    Map<Topics.Name, TopicSample> topics,
    Map<Topics.Name, GroupSample> groups,
    List<Disk> disks) {

  /** A sample without disks. */
  public LogSample(
      long at, Map<Topics.Name, TopicSample> topics, Map<Topics.Name, GroupSample> groups) {
    this(at, topics, groups, List.of());
  }

  /** The disk of a directory in which a broker has its log. */
  public record Disk(String broker, String directory, long totalBytes, long freeBytes) {}

  /**
   * A topic.
   *
   * @param partitions begin and end of each partition, by number
   * @param bytes its size on the brokers' disks, all replicas; -1 if unknown
   */
  public record TopicSample(String topic, List<Extent> partitions, long bytes) {}

  /** Offsets [begin, end) of a partition. */
  public record Extent(long begin, long end) {}

  /**
   * A group that reads a topic.
   *
   * @param committed the committed offset by partition; the begin of the log where there is none
   * @param pending records that the group has not read, without transaction markers, by partition
   * @param exact whether these are counted; otherwise they are offsets, some of which may be
   *     markers
   * @param members members of the group
   */
  public record GroupSample(
      String group, List<Long> committed, List<Long> pending, boolean exact, int members) {}
}
