-- Makes a lease longer, if it is still the caller's. KEYS: lease. ARGV: holder, milliseconds. Returns 1 if it did, or 0.
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
