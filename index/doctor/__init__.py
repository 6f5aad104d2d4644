"""What is wrong with a folder of articles, seen as a build would see them; nothing is written anywhere."""

from index.doctor.examination import doctor, examine
from index.doctor.report import Example, Finding, Report

__all__ = ["Example", "Finding", "Report", "doctor", "examine"]
