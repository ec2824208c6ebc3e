package dev.tidemill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.CommandResult;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.utils.SecurityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsAclsCommandTest {
  private static final Pattern OPERATION = Pattern.compile("--operation (\\S+)");

  private final List<String> lines =
      CommandResult.tidemill("topics", "acls", "--model", "m").out().lines().toList();

  @ParameterizedTest
  @CsvSource({
    "producer, PRODUCER",
    "trainer, TRAINER",
    "inference, INFERENCE",
    "caller, CALLER",
    "caller, WRITER",
    "caller, VIEWER",
    "operator, OPERATOR",
    "caller, LABELER",
    "viewer, VIEWER",
    "viewer, INSPECTOR",
    "replayer, REPLAYER",
    "doctor, OWNER",
    "doctor, VIEWER"
  })
  void allowsEachPrincipalToCheckItsTopics(String principal, TopicRole role) {
    Topics topics = Topics.of("tidemill", "m");

    Set<Topics.Name> all = role.topics();
    all.addAll(role.optional());
    assertThat(all)
        .allSatisfy(
            name ->
                assertThat(lines)
                    .anyMatch(
                        line ->
                            line.contains("User:tidemill-" + principal + " ")
                                && line.contains("--operation describe ")
                                && line.contains("--operation DescribeConfigs ")
                                && line.endsWith("--topic " + topics.get(name))));
  }

  /** A caller sends requests; it must not steer training. */
  @Test
  void onlyWorkersAndOperatorsWriteToControl() {
    assertThat(lines.stream().filter(line -> line.contains("--operation write ")))
        .filteredOn(line -> line.endsWith("--topic tidemill.m.control"))
        .extracting(line -> line.replaceAll(".*User:tidemill-(\\w+) .*", "$1"))
        .containsExactlyInAnyOrder("trainer", "inference", "operator", "replayer");
  }

  @Test
  void usesOnlyOperationsThatKafkaKnows() {
    for (String line : lines) {
      Matcher operations = OPERATION.matcher(line);
      while (operations.find()) {
        assertThat(SecurityUtils.operation(operations.group(1))).isNotEqualTo(AclOperation.UNKNOWN);
      }
    }
  }
}
