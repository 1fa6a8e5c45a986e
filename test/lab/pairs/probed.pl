# What checks of a pair are answered by on a real server. It is sick for as long as /run/lvs-sick is there:
# no connections on 8010, 421 instead of a greeting on 8025 (SMTP), SERVFAIL on 8053 (DNS), another answer on 8099 (UDP).
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

sub listening { IO::Socket::INET->new(LocalPort => $_[0], Listen => 16, ReuseAddr => 1) or die "$_[0]: $!" }
sub receiving { IO::Socket::INET->new(LocalPort => $_[0], Proto => "udp") or die "$_[0]: $!" }

my $accepting = listening(8010);
my ($smtp, $dns, $udp) = (listening(8025), receiving(8053), receiving(8099));
$SIG{CHLD} = "IGNORE";
while (1) {
  my $sick = -e "/run/lvs-sick";
  $accepting = undef if $sick;
  $accepting = listening(8010) if !$sick && !$accepting;
  for my $ready (IO::Select->new(grep { $_ } $accepting, $smtp, $dns, $udp)->can_read(0.1)) {
    if ($ready == $smtp) {
      my $client = $smtp->accept or next;
      next if fork;
      alarm 10;
      $client->autoflush(1);
      print $client $sick ? "421 not today\r\n" : "220 here\r\n";
      while (my $line = <$client>) {
        print $client $line =~ /^QUIT/i ? "221 goodbye\r\n" : "250 well\r\n";
        last if $line =~ /^QUIT/i;
      }
      exit;
    } elsif ($ready == $dns) {
      $dns->recv(my $question, 512) or next;
      my $id = unpack("n", $question);
      # Its question, and as an answer the same name with 192.0.2.1.
      $dns->send(pack("n6", $id, $sick ? 0x8182 : 0x8180, 1, $sick ? 0 : 1, 0, 0) . substr($question, 12)
        . ($sick ? "" : pack("n3Nn", 0xc00c, 1, 1, 60, 4) . "\xc0\x00\x02\x01"));
    } elsif ($ready == $udp) {
      $udp->recv(my $said, 512) or next;
      $udp->send($sick ? "gone" : "pong");
    } else {
      $ready->accept;
    }
  }
}
