package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.messaging.RecordPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the records of a plan in log order, and queues them decoded. A bounded run is read epoch by
 * epoch, an endless one without end. The consumer is paused while the byte budget is used up.
 */
final class BatchReader implements RecordPolicy {
  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final RunPlan.Reading plan;
  private final BatchDecoder decoder;
  private final ArrivalQueue queue;
  private final IntSupplier partitionCount;
  private final StalledReading stalled;
  private final SortedMap<Integer, Position> next = new TreeMap<>();
  private final Map<Integer, Long> until = new TreeMap<>();
  private final SampleCounter counter;
  private final TensorBatch counted = new TensorBatch();
  private int partitions;
  private int epoch;
  private boolean stopped;

  /**
   * @param counter counts the samples in an extra read before the first epoch, if that is wanted
   * @param queue receives the items; its budget limits this reader
   * @param partitionCount returns the current number of partitions of the topic
   */
  BatchReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      RunPlan.Reading plan,
      BatchDecoder decoder,
      SampleCounter counter,
      ArrivalQueue queue,
      IntSupplier partitionCount,
      StalledReading stalled) {
    this.consumer = consumer;
    this.topic = topic;
    this.plan = plan;
    this.decoder = decoder;
    this.counter = counter;
    this.queue = queue;
    this.partitionCount = partitionCount;
    this.stalled = stalled;
  }

  @Override
  public void onStart() {
    plan.bounds().forEach(bounds -> until.put(bounds.partition(), bounds.end()));
    if (plan instanceof RunPlan.Endless endless) {
      until.putAll(endless.until());
    }
    partitions = 1 + plan.from().stream().mapToInt(Position::partition).max().orElse(-1);
    epoch = plan.from().stream().mapToInt(Position::epoch).max().orElse(1);
    if (counter.isWanted()) {
      read(starts(0));
    } else {
      begin(plan.from());
    }
  }

  @Override
  public boolean hasRoom() {
    return queue.hasRoom();
  }

  @Override
  public boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    return decoder.isReadable(record);
  }

  @Override
  public boolean onRecords(ConsumerRecords<byte[], byte[]> records) {
    records.forEach(this::take);
    if (stopped) {
      return false;
    }
    next.values().stream().toList().forEach(this::passGap);
    addNewPartitions();
    stalled.check(next.values(), paused(), until);
    return !next.isEmpty() || until.isEmpty() || beginNextRead();
  }

  /** Clears the health condition of a stalled reading, which ends with this reader. */
  @Override
  public void onClose() {
    stalled.close();
  }

  private Set<Integer> paused() {
    return consumer.paused().stream().map(TopicPartition::partition).collect(Collectors.toSet());
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Position at = next.get(record.partition());
    if (stopped || at == null || record.offset() >= end(record.partition())) {
      return;
    }
    if (at.sample() > 0 && at.offset() != record.offset()) {
      throw new RecordsLostException(topic, at, record.offset());
    }
    next.put(record.partition(), at.movedTo(record.offset() + 1, 0));
    if (counter.isWanted()) {
      decoder.addTo(counted, record);
      counter.add(counted, Math.min(counted.size(), trainedInThisEpoch(record)));
      counted.clear();
    } else {
      Arrival arrival = decoder.decode(record, at);
      stopped = arrival instanceof Arrival.NewTerm;
      queue.add(arrival);
    }
  }

  /**
   * Passes offsets without a readable record (transaction markers, aborted records) that the
   * consumer has passed. At this point all records that it returned are in the queue.
   */
  private void passGap(Position at) {
    long end = end(at.partition());
    long reached = Math.min(end, consumer.position(partition(at.partition())));
    if (reached > at.offset()) {
      next.put(at.partition(), at.movedTo(reached, 0));
      if (!counter.isWanted()) {
        queue.add(new Arrival.Passed(at.partition(), reached));
      }
    }
    if (reached >= end) {
      next.remove(at.partition());
      assign();
    }
  }

  /** Adds new partitions to an endless run; other runs leave them to the next start. */
  private void addNewPartitions() {
    int now = partitionCount.getAsInt();
    if (now <= partitions) {
      return;
    }
    if (until.isEmpty()) {
      for (int added = partitions; added < now; added++) {
        readAdded(added);
      }
      assign();
    } else {
      queue.add(
          new Arrival.Notice(
              topic
                  + " now has "
                  + now
                  + " partitions instead of "
                  + partitions
                  + ": this run leaves the new ones to the next start"));
    }
    partitions = now;
  }

  private void readAdded(int number) {
    TopicPartition partition = partition(number);
    long beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    Position start = Position.atRecord(number, 1, beginning);
    next.put(number, start);
    assign();
    consumer.seek(partition, beginning);
    queue.add(new Arrival.PartitionAdded(PartitionStart.at(start)));
  }

  /** Begins the next epoch after a complete read; returns false if none is left. */
  private boolean beginNextRead() {
    if (counter.isWanted()) {
      counter.finish();
      begin(plan.from());
      return true;
    }
    if (plan.bounds().isEmpty()) {
      queue.add(new Arrival.InputEnd());
      return false;
    }
    queue.add(new Arrival.EpochEnd(epoch));
    if (epoch >= plan.epochs()) {
      return false;
    }
    epoch++;
    begin(starts(epoch));
    return true;
  }

  /**
   * Returns how many samples of the record the current epoch has trained already, at most: the run
   * may continue within an epoch that began with smaller steps.
   */
  private int trainedInThisEpoch(ConsumerRecord<byte[], byte[]> record) {
    for (Position from : plan.from()) {
      if (from.partition() == record.partition() && record.offset() <= from.offset()) {
        return record.offset() < from.offset() ? Integer.MAX_VALUE : from.sample();
      }
    }
    return 0;
  }

  private void begin(List<Position> from) {
    queue.add(counter.beginEpoch(epoch));
    read(from);
  }

  private void read(List<Position> from) {
    next.clear();
    from.forEach(position -> next.put(position.partition(), position));
    assign();
    from.forEach(this::seek);
    next.values().removeIf(position -> position.offset() >= end(position.partition()));
    assign();
  }

  private void seek(Position position) {
    TopicPartition partition = partition(position.partition());
    long start = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (start > position.offset()) {
      throw new RecordsLostException(
          topic, position, new LogRange(position.partition(), start, end(position.partition())));
    }
    consumer.seek(partition, position.offset());
  }

  /** Assigns the partitions that are not read to their end; a poll without any is an error. */
  private void assign() {
    if (next.isEmpty()) {
      return;
    }
    consumer.assign(next.keySet().stream().map(this::partition).toList());
  }

  private List<Position> starts(int ofEpoch) {
    return plan.bounds().stream()
        .map(bounds -> Position.atRecord(bounds.partition(), ofEpoch, bounds.start()))
        .sorted(Comparator.comparingInt(Position::partition))
        .toList();
  }

  private long end(int partition) {
    return until.getOrDefault(partition, Long.MAX_VALUE);
  }

  private TopicPartition partition(int number) {
    return new TopicPartition(topic, number);
  }
}
