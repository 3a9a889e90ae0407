-- A database of schema 1, as the first version of ikewatch wrote it. Made with `sqlite3 ikewatch.db .dump`; two pragmas added.
PRAGMA application_id = 1229669719;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE positions (
  source TEXT NOT NULL PRIMARY KEY,
  position TEXT NOT NULL,
  fingerprint INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO positions VALUES('journal','s=0f;i=1;b=2;t=5',8559623759696288770);
INSERT INTO positions VALUES('messages','file1 5',5161024271963591496);
CREATE TABLE tunnels (
  id INTEGER PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  gateway TEXT NOT NULL,
  peer TEXT NOT NULL,
  dialect TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER,
  last_event INTEGER,
  state_changes INTEGER NOT NULL,
  peer_dead INTEGER NOT NULL,
  negotiations_1 INTEGER NOT NULL,
  negotiations_2 INTEGER NOT NULL,
  UNIQUE (gateway, peer)
) STRICT;
INSERT INTO tunnels VALUES(1,8063918618601078599,'gateway0','2001:db8::0','racoon','up',1700000000000000,1700000100000000,5,2,7,9);
INSERT INTO tunnels VALUES(2,558896576644894199,'gateway1','2001:db8::1','racoon','negotiating',1700000000000000,1700000100000000,5,2,7,9);
INSERT INTO tunnels VALUES(3,5147680399226470696,'gateway2','2001:db8::2','racoon','up',NULL,1700000100000000,5,2,7,9);
CREATE TABLE ike_sas (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  initiator INTEGER,
  responder INTEGER,
  since INTEGER NOT NULL,
  PRIMARY KEY (tunnel, nth),
  CHECK ((initiator IS NULL) = (responder IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO ike_sas VALUES(1,0,1,6,1700000000000001);
INSERT INTO ike_sas VALUES(2,0,2,6,1700000000000001);
INSERT INTO ike_sas VALUES(3,0,NULL,NULL,7);
CREATE TABLE child_sas (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  spi_in INTEGER CHECK (spi_in BETWEEN 0 AND 4294967295),
  spi_out INTEGER CHECK (spi_out BETWEEN 0 AND 4294967295),
  since INTEGER NOT NULL,
  ends INTEGER,
  PRIMARY KEY (tunnel, nth)
) STRICT, WITHOUT ROWID;
INSERT INTO child_sas VALUES(1,0,268435457,536870914,1700000000000002,NULL);
INSERT INTO child_sas VALUES(3,0,NULL,5,1,2);
CREATE TABLE failures (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  phase INTEGER NOT NULL,
  cause TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tunnel, phase, cause)
) STRICT, WITHOUT ROWID;
INSERT INTO failures VALUES(1,1,'psk_mismatch',4);
INSERT INTO failures VALUES(1,2,'pfs_mismatch',5);
INSERT INTO failures VALUES(2,1,'psk_mismatch',4);
INSERT INTO failures VALUES(2,2,'pfs_mismatch',5);
INSERT INTO failures VALUES(3,1,'psk_mismatch',4);
INSERT INTO failures VALUES(3,2,'pfs_mismatch',5);
CREATE TABLE findings (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  cause TEXT NOT NULL,
  side TEXT NOT NULL,
  confidence TEXT NOT NULL,
  rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 255),
  resolved INTEGER NOT NULL CHECK (resolved IN (0, 1)),
  count INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  sighting INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tunnel, nth)
) STRICT, WITHOUT ROWID;
INSERT INTO findings VALUES(1,0,'phase1_proposal_mismatch','remote','likely',75,0,3,10,20,0,'The two ends name different groups.');
INSERT INTO findings VALUES(1,1,'peer_unreachable','remote','likely',75,1,4,11,21,1,'The two ends name different groups.');
INSERT INTO findings VALUES(2,0,'phase1_proposal_mismatch','remote','likely',75,1,4,11,21,1,'The two ends name different groups.');
INSERT INTO findings VALUES(2,1,'peer_unreachable','remote','likely',75,0,5,12,22,2,'The two ends name different groups.');
CREATE TABLE evidence (
  tunnel INTEGER NOT NULL,
  finding INTEGER NOT NULL,
  nth INTEGER NOT NULL,
  line INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (tunnel, finding, nth),
  FOREIGN KEY (tunnel, finding) REFERENCES findings
) STRICT, WITHOUT ROWID;
INSERT INTO evidence VALUES(1,0,0,10,'rejected dh_group: DB(prop#1:trns#1):Peer(prop#1:trns#1) = 14:2');
INSERT INTO evidence VALUES(1,0,1,20,'no suitable proposal found.');
INSERT INTO evidence VALUES(1,1,0,11,'rejected dh_group: DB(prop#1:trns#1):Peer(prop#1:trns#1) = 14:2');
INSERT INTO evidence VALUES(1,1,1,21,'no suitable proposal found.');
INSERT INTO evidence VALUES(2,0,0,11,'rejected dh_group: DB(prop#1:trns#1):Peer(prop#1:trns#1) = 14:2');
INSERT INTO evidence VALUES(2,0,1,21,'no suitable proposal found.');
INSERT INTO evidence VALUES(2,1,0,12,'rejected dh_group: DB(prop#1:trns#1):Peer(prop#1:trns#1) = 14:2');
INSERT INTO evidence VALUES(2,1,1,22,'no suitable proposal found.');
COMMIT;
