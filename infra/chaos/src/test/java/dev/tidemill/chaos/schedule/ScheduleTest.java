package dev.tidemill.chaos.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  private static final int FAULTS = 40;

  private static Stream<Schedule> schedules() {
    return LongStream.range(0, 200).mapToObj(seed -> Schedule.of(seed, FAULTS));
  }

  @Test
  void sameSeedGivesTheSameSchedule() {
    assertThat(Schedule.of(7, FAULTS)).isEqualTo(Schedule.of(7, FAULTS));
    assertThat(Schedule.of(8, FAULTS)).isNotEqualTo(Schedule.of(7, FAULTS));
  }

  /** A schedule of an old seed in a report must not change with a version of Java. */
  @Test
  void beginsWithKnownFaults() {
    assertThat(Schedule.of(1, FAULTS).faults().subList(0, 3).stream().map(PlannedFault::toString))
        .containsExactly(
            "   0.3 s  half open trainer-2 (7.7 s)",
            "   0.9 s  slow producer-1 (2.1 s)",
            "   1.2 s  kill producer-2 (2.1 s)");
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void containsEveryKindAndKillsAndStopsEveryRole(Schedule schedule) {
    Map<FaultKind, List<PlannedFault>> byKind =
        schedule.faults().stream().collect(Collectors.groupingBy(PlannedFault::kind));
    assertThat(byKind).containsOnlyKeys(FaultKind.values());
    for (FaultKind kind : List.of(FaultKind.KILL, FaultKind.STOP)) {
      assertThat(byKind.getOrDefault(kind, List.of()).stream().map(fault -> fault.target().role()))
          .containsAll(kind.roles());
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void hitsOnlyRolesAndTimesOfTheKind(Schedule schedule) {
    assertThat(schedule.faults()).hasSize(FAULTS);
    for (PlannedFault fault : schedule.faults()) {
      assertThat(fault.kind().roles()).contains(fault.target().role());
      assertThat(fault.lastsMillis())
          .isBetween((long) fault.kind().shortestMillis(), (long) fault.kind().longestMillis());
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void numbersFaultsInTheOrderOfTheirStarts(Schedule schedule) {
    long last = 0;
    int number = 0;
    for (PlannedFault fault : schedule.faults()) {
      assertThat(fault.number()).isEqualTo(++number);
      assertThat(fault.startMillis()).isGreaterThanOrEqualTo(last);
      last = fault.startMillis();
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void givesAProcessAndTheBrokersOneFaultAtATime(Schedule schedule) {
    Map<Object, Long> busy = new HashMap<>();
    for (PlannedFault fault : schedule.faults()) {
      Target target = fault.target();
      Object key = target.role() == Role.BROKER ? Role.BROKER : target;
      assertThat(fault.startMillis()).as("%s", fault).isGreaterThan(busy.getOrDefault(key, -1L));
      busy.put(key, fault.endMillis());
    }
  }

  @Test
  void overlapsFaultsAndLetsOthersBeAlone() {
    long overlapping = 0;
    long alone = 0;
    for (Schedule schedule : schedules().toList()) {
      for (PlannedFault fault : schedule.faults()) {
        boolean overlaps =
            schedule.faults().stream()
                .anyMatch(
                    other ->
                        other.number() != fault.number()
                            && other.startMillis() <= fault.endMillis()
                            && fault.startMillis() <= other.endMillis());
        overlapping += overlaps ? 1 : 0;
        alone += overlaps ? 0 : 1;
      }
    }
    assertThat(overlapping).isPositive();
    assertThat(alone).isPositive();
  }

  @Test
  void addsFewPartitions() {
    for (Schedule schedule : List.of(Schedule.of(3, 1_000), Schedule.of(4, 1_000))) {
      assertThat(schedule.faults().stream().filter(fault -> fault.kind().changesTopics()))
          .hasSize(4);
    }
  }

  @Test
  void mayHaveFewerFaultsThanKinds() {
    assertThat(Schedule.of(5, 1).faults()).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> Schedule.of(5, 0));
  }

  @Test
  void rejectsTargetsThatDoNotExist() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Target(Role.TRAINER, 3));
    assertThat(Arrays.stream(Role.values()).mapToInt(Role::processes).sum())
        .isEqualTo(Target.workers().size() + Role.BROKER.processes());
  }
}
