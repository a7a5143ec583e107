# Aborts a transfer as RFC 959 section 4.1.3 wants it: a telnet Interrupt and Synch, the latter as urgent data (TCP's out-of-band),
# then ABOR. Node.js cannot send urgent data. Arguments: host, path, bytes after which to abort. Prints every reply line.
use strict;
use warnings;
use IO::Socket::INET;
use Socket qw(MSG_OOB);

my ($host, $path, $after) = @ARGV;
$| = 1;
my $control = IO::Socket::INET->new(PeerAddr => $host, PeerPort => 21, Timeout => 10) or die "control: $!\n";

sub reply {
    while (defined(my $line = <$control>)) {
        print $line;
        return $line if $line =~ /^\d{3} /;
    }
    die "the control connection closed\n";
}

sub command { print $control "$_[0]\r\n"; return reply(); }

sub passive {
    my $text = command('PASV');
    my @n = $text =~ /(\d+),(\d+),(\d+),(\d+),(\d+),(\d+)/ or die "no 227\n";
    return IO::Socket::INET->new(PeerAddr => $host, PeerPort => $n[4] * 256 + $n[5], Timeout => 10) || die "data: $!\n";
}

reply();
command('USER anonymous') =~ /^331/ and command('PASS lab@');
command('TYPE I');
my $data = passive();
command("RETR $path");
my $bytes = 0;
while ($bytes < $after) {
    my $count = sysread($data, my $piece, 65536);
    die "the transfer ended too early\n" unless $count;
    $bytes += $count;
}
# IAC IP, then IAC as urgent data, DM behind it.
send($control, "\xff\xf4", 0);
send($control, "\xff", MSG_OOB);
print $control "\xf2ABOR\r\n";
close($data);
my $first = reply();
reply() if $first =~ /^4/;
command('NOOP');
my $again = passive();
print $control "RETR small.bin\r\n";
reply();
my $small = 0;
while (my $count = sysread($again, my $piece, 65536)) { $small += $count; }
reply();
print "small $small\n";
