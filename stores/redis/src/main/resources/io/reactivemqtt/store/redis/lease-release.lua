-- Ends a lease, if it is the caller's, and tells who stands by. KEYS: lease. ARGV: holder, channel, what is said there.
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('UNLINK', KEYS[1])
    redis.call('PUBLISH', ARGV[2], ARGV[3])
end
return 1
