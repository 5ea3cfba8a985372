CREATE TABLE IF NOT EXISTS reading (
  sensor  VARCHAR(64)      NOT NULL,
  number  BIGINT           NOT NULL,
  celsius DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (sensor, number)
);
