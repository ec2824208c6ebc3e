package dev.tidemill.cli.doctor;

import java.util.List;

/** What a check found. */
public record CheckReport(String check, List<Finding> findings) {
  public CheckReport {
    findings = List.copyOf(findings);
  }
}
