-- Deletes a Session. KEYS: session, content, state, order, aside. ARGV: channel, tag.
redis.call('UNLINK', unpack(KEYS))
redis.pcall('PUBLISH', ARGV[1], ARGV[2] .. ' ')
return 1
