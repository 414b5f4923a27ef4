#!/usr/bin/env bash
# Runs the conformance suite of the detectors and prints its report as Markdown: what every method was asked, and how it did.
#   eng/conformance.sh > docs/evidence/conformance.md
set -euo pipefail
cd "$(dirname "$0")/.."
results=$(mktemp)
trap 'rm -f "$results"' EXIT
dotnet build tests -c Release -v quiet -clp:ErrorsOnly >/dev/null
status=0
dotnet tests/bin/Release/net10.0/LisNative.Tests.dll -class LisNative.Tests.Detectors.ConformanceTests -xml "$results" >/dev/null || status=$?
perl -0777 -ne '
  while (m{<test [^>]*?name="[^"]*ConformanceTests\.(\w+)\(method: \\?&quot;([\w-]+)\\?&quot;\)" result="(\w+)"[^>]*?(?:/>|>(.*?)</test>)}gs) {
    my ($check, $method, $result, $body) = ($1, $2, $3, $4 // "");
    push @methods, $method unless $seen{$method}++;
    $checks{$check}++;
    $bad{$method} .= "$check " if $result ne "Pass";
    $passed{$method}++ if $result eq "Pass";
    $auc{$method} = $1 if $body =~ /(\|[ .\d|]+\|)/;
  }
  print "# Conformance of the detectors\n\nWritten by `eng/conformance.sh`. Data: 8×8 images of soft bars over noise (`tests/Detectors/Bars.cs`); horizontal ones are normal,\n";
  print "vertical ones anomalous, diagonal ones negative. A network is untrained after steps too small to change anything, another method after learning from noise.\n";
  print "The constant is the distance from the mean normal sample. ecod and pca, to which bars across are nothing, are asked for bars\n";
  print "inverted, which the constant finds as well.\n\n";
  print "| method | AUC | untrained | constant | checks passed |\n|---|---:|---:|---:|---|\n";
  my $all = keys %checks;
  print "| $_ $auc{$_} ", ($passed{$_} // 0), " of $all", ($bad{$_} ? ", not: $bad{$_}" : ""), " |\n" for @methods;
  print "\nThe checks, each a test of `tests/Detectors/ConformanceTests.cs`:\n\n";
  print "- ", tr/_/ /r, "\n" for sort keys %checks;
  print "\nThat each way to collapse is named: `tests/Detectors/CollapseTests.cs`.\n";
' "$results"
exit "$status"
