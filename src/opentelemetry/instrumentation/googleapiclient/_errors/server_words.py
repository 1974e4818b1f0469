# SPDX-License-Identifier: Apache-2.0
"""Words of which the messages of Google's servers are made.

A word of these says nothing about what the application sent. Any other one that stands where
servers put names, behind ``project`` or behind a colon, is taken for a name. Collected from the
error messages of Google's APIs and of its OAuth endpoints that are known.
"""

from __future__ import annotations

from typing import Final

_WORDS: Final = """
aborted about above absent accept accepted accepts access account accounts acl acquire across
action actions activate activated activation active actually adc add adding address addresses
adds admin administrators affected after again agreement aliases all allow allowed allowlist
alone along alphanumeric already also although always ambiguous amount an and android another
answer any anymore anyone anything api apis app appears application applied applies apply
appropriate apps archive archived are aren't argument argumentation arguments array as ascii ask
asked assert asserts assigned assignment associated at attach attached attachment attachments
attempt attempted attempting attempts attendees attribute attributes audience audit auth
authenticate authenticated authenticating authentication author authority authorization
authorized authors auto automatic automatically available aware away backend backends backup bad
base basic batch batches bcc be bearer because become becomes been before begin beginning begins
behind being belong belongs below best between beyond bigger bigquery billed billing binary bind
bits block blocked body boolean booleans both bound box bracket brackets break broken browser
bucket build built bulk busy but by bytes cache cached calendar call called caller callers
calling calls can can't cancel cancelled cannot canonical cap capacity case catch caused causes
cc cell cells certificate certificates chain change changed changes channel channels character
characters charset chat check checked checks child children choose chosen chrome chunk circular
claim claims class classroom clear cleared cli client clients clock close closed cloud cloudsdk
cmek code codes collection column columns combination combined come comma commas comment
comments commit common compatible complain complete completed component components composed
compressed compute computer's concurrent concurrently condition conference configured
configuring confirm confirmation confirmed conflict conflicting conflicts connect connected
connecting connection connections consent consistent console constraint consumer contact
contacts contain contained contains content contents context continue continued control controls
conversion convert converted cookie cookies copied copies copy correct correctly correspond
corresponding corrupt corrupted could couldn't count counts cover covered created creating
creation creator credential credential's credentials criteria cross csv current currently custom
customer cut cutoff cycle daily damaged data dataset datasets date dates datetime day days
deactivated deadline debug decode decoded decoding default defaults defer defined definition
definitions delay delayed delegate delegated delegates delegation delete deleted deleting
deletion demo denied deny depends deprecated depth descending describe described description
desired destination detail details detected determine determined developer device devices did
differences different digest digits dimension directly directory disable disabled disabling
discovery disk dispatch display distinct dns do docs document documentation documented does
doesn't doing domain domains done dot down download downloaded downloading downloads draft
drafts drive drives dry dummy duplicate duplicated duplicates duration during dwd each earlier
early edit editing editors effect either element eligible else email emails embedded empty
enable enabled enabling encode encoded encoding encountered encrypted encryption end endpoint
endpoints ends enforce enforced enforcement engine enough ensure enter entire entities entity
entries entry enum environment equal equals equivalent error errors escape escaped especially
established etag etc even event events ever every everyone exact exactly example examples exceed
exceeded exceeds except exception excess exclude excluded exclusive execute executed execution
exempt exhausted exist exists exp expand expanding expected expects expiration expire expired
expires expiry explicit explicitly exponential export exported exports expression extended
extension external extra fail failed failing fails failure failures false family far feature
features fetch fetched few field fields file files filter filtered filters final finally find
finish finished firebase firestore first fit fits fix flag flags flow flows fmt focus folder
folders follow followed following follows for forbid forbidden forever form format formats
formatted former forms formula formulas forum forums forward forwarded forwarding found four
fraction free freeze frequent frequently fresh from fulfill full fulltext fully function further
future gaia gateway gce gcloud gcp generate generated generating generic get getting give given
gives giving gke global gmail gone good google google's grant granted granting greater grid
group groups grows guest guests guide guideline had hand handle handled handling happen happened
hard has hasn't have haven't having header headers help here hidden hide hierarchy higher
history hit hold host hosted hosts hour hours how however html http https human iam iat icon id
identical identified identifier identities identity ids if ignored illegal image images imap
immediately impersonate impersonated implementation implicit implicitly import important
imported impossible in inbox include included includes including incoming incompatible
incomplete inconsistent incorrect incorrectly increase increasing indeed index indexes indicate
indicated indicates individual info information inherited initial initialize initiate inline
input inputs inserted inserting insertion inside inspect installed instance instances instead
instruction insufficient integer integers integrity intended interaction interactive internal
internally interrupted interval into introduced invalid invalidated invalidly invite invites
invocation involved ios ip is isn't issue issued issuer issuers issues it item items iterate its
itself job jobs join joined json jwt keep keeps key keys keyword keywords kind kinds kms know
knows label labels lack lacks language languages large larger last later latest layer lead
leading learn least leave left legacy length lengths less let let's letter letters level levels
leverage library licence license licensed licenses lies like likely limit limitation limited
limits line lines link linked links list listed listing lists literal live lived load loaded
loading local locale locales located location locations lock locked log logged logging login
logs long longer look looking lookup lost low lower lowercase made mail mailbox mailboxes main
make makes making malware manage managed manager managers managing manifest manually many map
mapped mapping maps marked markup mask match matched matches matching max maximum may mean means
meantime measure mechanism media meet meeting member members membership memory mention menu
merge merged message messages metadata method methods metric might migrate migrated mime
mimetype min minimum minute minutes mismatch mismatched missed missing mode model modification
modified modify modifying module moment moments month monthly more moreover most move moved
moves mtls much multipart multiple must mutable mutated mutually my name names naming native
nearby necessary need needed needs negative neither nested network networks never new newer
newest next no nobody node nodes none nonexistent nor normal normally not note notes nothing
notification notifications notify now null number numbers numeric oauth object objects obtain
obtained occupied occurred occurs of offset often ok okay old older oldest omit omitted on once
one ones ongoing online only open opened operation operations operator operators opt optional
options or order ordering orders org organisation organisations organization organization's
organizations organizer origin original originally originating other others otherwise ou our out
outbound outdated outer outgoing output outside over overall overlap overlapping overlaps
overload overloaded override overrides overview own owned owner owners ownership owns page pages
paging paid pair paragraph parameter parameters parent parents parse parsed parser parsing part
partial partially particular parties parts party pass password passwords past patch patched
patches paths pattern patterns pause payload payment pdf pending people per perform perhaps
permanent permanently permission permissions permit permits permitted persistent person personal
personfields phone photo photos pin place placed places plain plan platform platforms playlist
playlistid playlists please plus point points policies policy pool port position positive
possible possibly post posts potential precondition preconditions predefined prefer preferred
prefix presence present preset prevent prevented prevents previous previously primary primitive
principal principals prior private privilege privileges probably problem problems proceed
process processed processing produce product production profile profiles program
programmatically progress prohibited project project's projects promotions proof propagate
propagation proper properly properties property protected protection proto provided provider
proxied proxy public publish published publisher publishing pubsub purchase purpose push put
queried queries query queue quick quickly quite quota quotas quoted raised range ranges rapt
rate rates rather raw reached reaching read reader reading ready really reason reasonable
reasons reauth rebuild receive received receiver receives recent recently recipient recipients
recognize recognized recommend record records recover recovered recovery redirect redirected
redirects reduce reduced refer reference referenced references referer referrer referring refers
reflect refresh refreshed refused region register registered registration registry regular
reject rejected rejects related relation relative release released relevance reload rely remain
remaining remains remote remove removed removes rename renamed renew repeat repeated repeatedly
repeating replace replaced replacement replacing replies reply report reported reports represent
representation represented represents request request's requested requests require required
requires requiring reserved reset resets resolve resolved resource resources respect respective
respectively respond responded responds response responses responsible rest restart restore
restrict restricted restricting restriction restricts result results retention retries retrieve
retrieved retrieving retry retrying return returned returning returns reused review reviewed
revoked rfc right rights role roles rolled root route routine row rows rule rules run running
runs runtime safe safety same saml sample sandbox save saved say says scalar scanned scheduled
schema schemas scheme scope scopes sdk search searches second secondary seconds secret secrets
section secure security see seem seems select selected selection selector self send sender
senders sending sends sent separate separated separator sequence series serve served server
servers service services session sessions set sets setting settings several severity shared
sharing sheet sheets shell short should shouldn't show shown shows sides sign signals signature
signatures signed signing signup similar simple simply simultaneous since single site sites six
size sizes skew skipped slides slot slots slow slowly small smaller smtp soft software solution
some someone something sometimes soon sorry sorting source sources space spaces spam special
specific specifically specification specified specifies specify specifying speed split
spreadsheet spreadsheets sql ssl sso stage stale standard starred start started starting starts
state stated statement states static statistics status step steps still stop stopped stopping
storage store stored strict strictly string strings strong structure structured style sub
subdomain subject submit submitted subscribe subscriber subscription subscriptions subsequent
subset substring succeed succeeded success successful successfully such sufficient suffix
suggest suggested suggestion suite sum summary superuser supplied supply support supported
supporting supports sure suspend suspended suspension switch switched symbol sync
synchronization syntactically syntax system systems tab table tables tabs tag tags take taken
takeout taking target targets task tasks tcp team template templates temporarily temporary ten
tenant tenants term terms test testing tests text texts than that that's the their then there
they they're thing things third this those though thread threads three threshold throttled
throttling through thus ticket time timed timeframe timeout timeouts times timestamp timestamps
timezone title titles tls to together token tokens tomorrow too tool tools top topic topicname
topics total touch trace track traffic trailing transaction transactions transfer transferred
transfers transient translate translated transport trash tree trial tried trigger triggers true
truncated trust trusted try trying turn turned turns two type typed types typically udp ui
unable unauthenticated unauthorised unauthorized unavailable unbound unchanged unclear undefined
undelete under underlying understand unexpected unexpectedly unfortunately unicode unique
uniquely unit units universe unknown unless unlimited unlink unlock unmodifiable unnecessary
unparseable unprocessable unreachable unread unreadable unrecognized unregistered unresolved
unsaved unset unsupported until unused unusual unverified up upcoming update updated updates
updating upgrade upgraded upload uploaded uploading upper uppercase upstream uri url urls usable
usage use used useful user user's username users uses using usually utf uuid vacation valid
validate validated validation validity value valued values variable variables various vault
verification verified verifier verify version versions very via vice video videos view viewer
viewers viewing views violate violated violates violation violations virtual visibility visible
visit visiting volume vpc vpcsc wait waiting want wants warn warning was wasn't watch way ways
we web webhook webhooks website week weekly weeks were weren't what whatever when where whether
which while who whole whom whose why wide widget will window wish with within without won't word
words work workbook worked worker working workload works worksheet worksheets workspace would
wouldn't wrap writable write writer writing written wrong wrote xml year years yes yet you
you're you've your yours yourself youtube zero zip zone
"""

SERVER_WORDS: Final = frozenset(_WORDS.split())
"""In lower case."""

_OF_OWNERS: Final = """
bucket buckets consumer consumers customer customers dataset datasets domain domains folder folders
id ids number numbers organisation organisations organization organizations pool pools project
projects project_id project_number repository subscription subscriptions tenant tenants topic topics
"""
_OF_THINGS: Final = """
account accounts alias aliases app application applications apps attendee attendees calendar
calendars called channel channels client clients contact contacts delegate delegates document
documents email emails file files group groups label labels member members named owner owners person
persons playlist playlists principal principals recipient recipients selection sender senders sheet
sheets spreadsheet spreadsheets subject subjects tab table tables tabs titled user users worksheet
worksheets
"""

OF_OWNERS: Final = frozenset(_OF_OWNERS.split())
"""Words behind which a name stands that is made of anything, words with hyphens included."""
OF_THINGS: Final = frozenset(_OF_THINGS.split())
"""Other words behind which a name stands."""
